import type { SystemView } from '../nodes/pipeline/system-view.ts';
import type { FieldDeclaration } from '../runtime/connector/manifest.ts';
import { fieldRow } from './field-rows.mts';
import { html, script } from './markup.mts';

/** The edit dialogs of a system's node types, made from what its manifest declares. */
export function systemDialogs(system: SystemView): string {
  const dialogs: [string, string][] = [
    ['connection', connectionDialog(system)],
    ['read', readDialog(system)],
    ['write', writeDialog(system)],
    ...(system.webhook ? [['webhook', webhookDialog(system)] as [string, string]] : []),
  ];
  return dialogs
    .map(([kind, dialog]) =>
      script(
        'text/html',
        `<div class="ml-dialog">
${dialog}
</div>`,
        { 'data-template-name': `${system.system}-${kind}` },
      ),
    )
    .join('');
}

function connectionDialog(system: SystemView): string {
  const open = system.connection.filter(({ group }) => group === undefined);
  return `${nameRow('node-config-input')}
${connectionRows(open)}
<div class="form-row">
  <label for="node-config-input-webhookName">Webhook name</label>
  <input type="text" id="node-config-input-webhookName" placeholder="default">
  <div class="ml-hint">Last part of the address that ${html(system.title)} calls back, and this connection's name in reports. Two connections need two names.</div>
</div>
${foldedGroups(system.connection)}
<div class="form-row">
  <label></label>
  <button type="button" class="red-ui-button" id="ml-connection-test"><i class="fa fa-plug"></i> Test connection</button>
</div>
<div id="ml-connection-report" role="status"></div>`;
}

function connectionRows(fields: readonly FieldDeclaration[]): string {
  return fields.map((field) => fieldRow(field, `node-config-input-${field.name}`)).join('\n');
}

/** Fields of a group, wherever they are declared, under its heading. */
function foldedGroups(fields: readonly FieldDeclaration[]): string {
  const groups = new Set(fields.flatMap(({ group }) => group ?? []));
  return [...groups]
    .map(
      (title) => `<details class="ml-group">
<summary>${html(title)}</summary>
${connectionRows(fields.filter(({ group }) => group === title))}
</details>`,
    )
    .join('\n');
}

function readDialog(system: SystemView): string {
  const sections = Object.entries(system.streams).map(([name, stream]) =>
    optionSection(name, stream.options),
  );
  return `${nameRow('node-input')}
<div class="form-row">
  <label for="node-input-sync"><i class="fa fa-exchange"></i> Sync</label>
  <input type="text" id="node-input-sync">
</div>
<div class="form-row ml-fact">
  <label>Reads</label>
  <span id="ml-stream"></span>
  <div class="ml-hint" id="ml-stream-help"></div>
</div>
<div class="form-row">
  <label for="ml-schedule-kind"><i class="fa fa-clock-o"></i> Schedule</label>
  <select id="ml-schedule-kind">
    <option value="default">as usual</option>
    <option value="seconds">every … seconds</option>
    <option value="cron">at times (cron)</option>
  </select>
  <input type="text" id="node-input-schedule" class="ml-schedule">
  <div class="ml-hint ml-schedule-hint" data-ml-kind="default">As often as the variable <code>ML_POLL_SECONDS</code> says, else every 300 seconds.</div>
  <div class="ml-hint ml-schedule-hint" data-ml-kind="seconds">Whole seconds between the beginnings of two reads.</div>
  <div class="ml-hint ml-schedule-hint" data-ml-kind="cron">Minute, hour, day of the month, month, day of the week.</div>
</div>
${sections.join('\n')}`;
}

function writeDialog(system: SystemView): string {
  const operations = Object.entries(system.operations);
  const choices = operations.map(
    ([name, { title }]) => `<option value="${html(name)}">${html(title)}</option>`,
  );
  const sections = operations.map(([name, operation]) => optionSection(name, operation.options));
  return `${nameRow('node-input')}
${connectionRow()}
<div class="form-row">
  <label for="node-input-operation"><i class="fa fa-pencil-square-o"></i> Operation</label>
  <select id="node-input-operation">${choices.join('')}</select>
  <div class="ml-hint" id="ml-operation-help"></div>
</div>
${sections.join('\n')}`;
}

function webhookDialog(system: SystemView): string {
  return `${nameRow('node-input')}
${connectionRow()}
<div class="form-row ml-fact">
  <label>Address</label>
  <code id="ml-webhook-path"></code>
  <div class="ml-hint">Under the address that <code>ML_PUBLIC_URL</code> names. Deliveries are accepted by their signature only.</div>
</div>
${optionSection('webhook', system.webhook ?? [])}`;
}

function nameRow(prefix: string): string {
  return `<div class="form-row">
  <label for="${prefix}-name"><i class="fa fa-tag"></i> Name</label>
  <input type="text" id="${prefix}-name" placeholder="Name">
</div>`;
}

function connectionRow(): string {
  return `<div class="form-row">
  <label for="node-input-connection"><i class="fa fa-plug"></i> Connection</label>
  <input type="text" id="node-input-connection">
</div>`;
}

function optionSection(name: string, options: readonly FieldDeclaration[]): string {
  const rows = options.map((field) => fieldRow(field, `node-input-option-${name}-${field.name}`));
  return `<div class="ml-options" data-ml-for="${html(name)}">
${rows.join('\n')}
</div>`;
}
