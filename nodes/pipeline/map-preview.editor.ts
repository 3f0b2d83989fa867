import type { MappingSample, MappingSamples, PreviewQuestion } from '../../runtime/mapping/preview-api';
import type { Preview } from '../../runtime/mapping/preview-report';
import { jsonText, showPreview } from './map-result.editor';
import type { EditorNode } from './red.editor';
import { syncBefore } from './systems.editor';

/** What stands in the dialog now. */
export type MappingDraft = Pick<PreviewQuestion, 'connection' | 'operation' | 'rules' | 'document'>;

const PAUSE_MS = 500;

/** The right half of the map dialog: a real record, and what the mapping makes of it. Evaluated by the runtime. */
export interface PreviewPanel {
  /** The mapping changed: shows the result anew after a pause. */
  changed(): void;
  close(): void;
}

export function preparePreview(node: EditorNode, draft: () => MappingDraft): PreviewPanel {
  const choice = $('#ml-sample');
  const result = $('#ml-preview-result');
  const record = $('#ml-preview-record');
  let samples: readonly MappingSample[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let closed = false;

  const say = (text: string) => result.empty().append($('<div class="ml-quiet">').text(text));

  const evaluate = async () => {
    const sample = samples.find(({ id }) => id === choice.val());
    record.empty();
    if (!sample) return;
    record.append(jsonText(sample.data));
    const number = ++asked;
    const question: PreviewQuestion = {
      node: node.id,
      sync: syncBefore(node)?.name,
      record: sample.id,
      ...draft(),
    };
    try {
      const preview: Preview = await $.ajax({
        url: 'ml/mapping/preview',
        method: 'POST',
        contentType: 'application/json',
        data: JSON.stringify(question),
      });
      if (number === asked && !closed) showPreview(result, preview);
    } catch (failure) {
      if (number === asked && !closed) say(failureText(failure as JQuery.jqXHR));
    }
  };

  const load = async () => {
    const sync = syncBefore(node);
    if (!sync) return void say(node._('map.no-sync'));
    say(node._('map.loading'));
    try {
      const answer: MappingSamples = await $.ajax({
        url: 'ml/mapping/samples',
        data: { node: node.id, sync: sync.name },
      });
      if (closed) return;
      samples = answer.samples;
      choice.empty();
      for (const { id, key, state } of samples)
        choice.append($('<option>').val(id).text(`${key}  (${state})`));
      if (samples.length === 0) say(node._('map.no-samples', { sync: sync.name }));
      else await evaluate();
    } catch (failure) {
      if (!closed) say(failureText(failure as JQuery.jqXHR));
    }
  };

  choice.on('change', () => void evaluate());
  $('#ml-sample-refresh').on('click', () => void load());
  prepareTabs();
  void load();

  return {
    changed() {
      clearTimeout(timer);
      timer = setTimeout(() => void evaluate(), PAUSE_MS);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Result, record and target fields share the space. */
function prepareTabs(): void {
  const tabs = $('#ml-preview-tabs button');
  const show = (name: string) => {
    tabs.removeClass('selected').filter(`[data-ml-tab="${name}"]`).addClass('selected');
    $('.ml-preview-pane').hide().filter(`#ml-preview-${name}`).show();
  };
  tabs.on('click', function (event) {
    event.preventDefault();
    show(String($(this).data('ml-tab')));
  });
  show('result');
}

function failureText(failure: JQuery.jqXHR): string {
  const said = failure.responseJSON as { message?: string } | undefined;
  if (said?.message) return said.message;
  if (failure.status === 401 || failure.status === 403)
    return 'You may not read records: the right ml.read is missing.';
  return failure.status ? `The runtime answered ${failure.status}.` : 'The runtime does not answer.';
}
