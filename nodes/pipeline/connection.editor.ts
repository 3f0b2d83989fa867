import type { FieldDeclaration } from '../../runtime/connector/manifest';
import { checkField } from './field-values.editor';
import type { EditorNode, Validator, Validity } from './red.editor';
import type { SystemView } from './system-view';
import { showTestReport, testing } from './test-report.editor';

/** Default of every connection's `webhookName`, and what it may be: it stands in an address. */
const WEBHOOK_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** The validator of one declared field of a connection. */
export function validConnectionField(field: FieldDeclaration): Validator {
  return function (this: EditorNode, value: unknown, _options?: object): Validity {
    const open = $('#node-config-input-auth');
    return checkField(field, value, open.length > 0 ? open.val() : this['auth']);
  };
}

export function validWebhookName(value: unknown, _options?: object): Validity {
  return WEBHOOK_NAME.test(String(value)) || 'Webhook name: lower-case letters, digits and hyphens';
}

/** Prepares a connection's dialog: shows the fields of the chosen auth mode and wires *Test connection*. */
export function prepareConnection(node: EditorNode, system: SystemView): void {
  for (const field of system.connection) {
    const input = inputOf(field);
    if (!input.is(':checkbox') && !input.val() && input.is('select')) input.val(String(field.default ?? ''));
  }
  const auth = $('#node-config-input-auth');
  const showMode = () => {
    const mode = String(auth.val() ?? '');
    $('.ml-field[data-ml-modes]').each((_, row) => {
      const modes = String($(row).data('ml-modes')).split(' ');
      $(row).toggle(mode.startsWith('${') || modes.includes(mode));
    });
  };
  auth.on('change', showMode);
  showMode();
  $('#ml-connection-test').on('click', () => void testConnection(node, system));
}

/** Asks the runtime to sign in with what stands in the dialog now. Stored secrets stay where they are. */
async function testConnection(node: EditorNode, system: SystemView): Promise<void> {
  const button = $('#ml-connection-test').prop('disabled', true);
  const report = $('#ml-connection-report');
  testing(report, system.title);
  const values: Record<string, unknown> = {};
  const credentials: Record<string, unknown> = {};
  for (const field of system.connection) {
    const input = inputOf(field);
    const value = input.is(':checkbox') ? input.prop('checked') : String(input.val() ?? '').trim();
    (field.type === 'secret' ? credentials : values)[field.name] = value;
  }
  try {
    const answer = await $.ajax({
      url: 'ml/connections/test',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify({ system: system.system, id: node.id, values, credentials }),
    });
    showTestReport(report, answer);
  } catch (failure) {
    showTestReport(report, failureOf(failure as JQuery.jqXHR));
  } finally {
    button.prop('disabled', false);
    // Below the last field: in a long dialog nobody would see it.
    report[0]?.scrollIntoView({ block: 'end' });
  }
}

function failureOf(failure: JQuery.jqXHR): { ok: false; cause: string; remedy: string } {
  const said = failure.responseJSON as { cause?: string; remedy?: string } | undefined;
  if (said?.cause) return { ok: false, cause: said.cause, remedy: said.remedy ?? '' };
  if (failure.status === 401 || failure.status === 403) {
    return {
      ok: false,
      cause: 'You may not test connections.',
      remedy: 'Sign in as a user with the right ml.write.',
    };
  }
  return {
    ok: false,
    cause: failure.status ? `The runtime answered ${failure.status}.` : 'The runtime does not answer.',
    remedy: 'Look at the log of the runtime, then test again.',
  };
}

function inputOf(field: FieldDeclaration): JQuery {
  return $(`#node-config-input-${field.name}`);
}
