import { compared } from '../money';
import { type DocumentRecord, PROCESSING_STATUSES } from './document-record';
import { attachmentCode, showDocument } from './document-show';
import { type BaswareAnswer, type BaswareCall, type BaswareRoute, noRows } from './handler';
import { type Pages, pageSizeOf } from './pages';
import { invalidParameter, notFound } from './refusal';
import type { Tenant } from './tenant';
import { timeOf, timeText } from './wire-style';

const DOCUMENTS = '/v1/accountingDocuments';
const SCOPE = 'accountingDocuments.read';

/** Reading of accounting documents and their files. */
export class DocumentReads {
  constructor(
    private readonly tenant: Tenant,
    private readonly pages: Pages,
  ) {}

  routes(): BaswareRoute[] {
    return [
      { method: 'get', path: DOCUMENTS, scope: SCOPE, run: (call) => this.#list(call) },
      { method: 'get', path: `${DOCUMENTS}/status`, scope: SCOPE, run: (call) => this.#search(call) },
      { method: 'get', path: `${DOCUMENTS}/:id`, scope: SCOPE, run: (call) => this.#get(call) },
      {
        method: 'get',
        path: `${DOCUMENTS}/:id/attachments/:file`,
        scope: SCOPE,
        run: (call) => this.#file(call),
      },
    ];
  }

  #list(call: BaswareCall): BaswareAnswer {
    const { tenant } = this;
    const { switches } = tenant;
    const { query } = call;
    const status = PROCESSING_STATUSES.find(
      (each) => each.toLowerCase() === query.get('processingstatus')?.toLowerCase(),
    );
    if (status === undefined && query.has('processingstatus')) {
      throw invalidParameter(`ProcessingStatus ${query.get('processingstatus')} is not known.`);
    }
    const mode = query.get('p2pprocessingmode') ?? 'Standard';
    const since = timeOf(query.get('lastupdated'));
    const company = query.get('companycode');
    const all = () => {
      const keys = [...tenant.documents.values()]
        .filter((document) => {
          const seen = this.#seen(document);
          return (
            seen !== undefined &&
            document.mode === mode &&
            (status === undefined || seen.status === status) &&
            (since === undefined || seen.lastUpdated > since) &&
            (company === undefined || document.content.companyCode === company)
          );
        })
        .map((document) => document.invoiceId);
      if (keys.length === 0) throw noRows(switches.emptyListBody);
      return switches.unstableOrder ? tenant.random.shuffled(keys) : keys;
    };
    const page = this.pages.page('accountingDocuments', call, all, pageSizeOf(call, 100, 100), {
      most: switches.codingRowsPerPage,
      weigh: (key) => tenant.documents.get(key)?.content.rows.length ?? 0,
    });
    const rows = page.keys.flatMap((key) => {
      const document = tenant.documents.get(key);
      if (document === undefined) return [];
      return [showDocument(document, switches, this.#seen(document) ?? document)];
    });
    const body = switches.wrapping === 'bare' ? rows : { accountingDocuments: rows };
    return { status: 200, body, nextPage: page.next, download: true };
  }

  /** What lists show of a document; undefined while a new one has not reached them. */
  #seen(document: DocumentRecord): { status: string; lastUpdated: number } | undefined {
    const { before } = document;
    if (before === undefined || this.tenant.clock.now() >= before.until) return document;
    return before.status === 'New' ? undefined : before;
  }

  #get(call: BaswareCall): BaswareAnswer {
    const document = this.tenant.documents.get(call.params['id'] ?? '');
    if (document === undefined) throw notFound();
    const shown = showDocument(document, this.tenant.switches);
    const bare = this.tenant.switches.documentWrapping === 'bare';
    return { status: 200, body: bare ? shown : { accountingDocuments: [shown] }, download: true };
  }

  #file(call: BaswareCall): BaswareAnswer {
    const document = this.tenant.documents.get(call.params['id'] ?? '');
    const sent = document?.status === 'Transferred' || document?.status === 'Paid';
    if (document === undefined || !sent || !this.tenant.switches.attachments) throw notFound();
    if (call.params['file'] !== attachmentCode(document)) throw notFound();
    const bytes = Buffer.from(`%PDF-1.4\n% ${document.content.invoiceNumber}\n%%EOF\n`);
    return { status: 200, file: { type: 'application/pdf', bytes } };
  }

  #search(call: BaswareCall): BaswareAnswer {
    const [company, number, date] = ['companycode', 'invoicenumber', 'invoicedate'].map((name) => {
      const given = call.query.get(name);
      if (given === undefined) throw invalidParameter(`${name} is required.`);
      return given;
    });
    const gross = call.query.get('grosssum');
    const { switches } = this.tenant;
    const found = [...this.tenant.documents.values()].filter(
      ({ content }) =>
        switches.statusSearch &&
        content.companyCode === company &&
        content.invoiceNumber === number &&
        content.invoiceDate === date?.slice(0, 10) &&
        (gross === undefined || compared(content.gross, gross) === 0),
    );
    if (found.length === 0) throw noRows(switches.emptyListBody);
    const body = found.map((document) => ({
      invoiceId: document.invoiceId,
      status: highLevel(document),
      processingStatus: document.status,
      lastUpdated: timeText(document.lastUpdated, switches.dateStyle),
    }));
    return { status: 200, body };
  }
}

function highLevel({ status }: DocumentRecord): string {
  if (status === 'Paid') return 'Paid';
  if (status === 'Transferred') return 'ReadyForPayment';
  return status === 'Removed' || status === 'Returned' ? 'Rejected' : 'InApprovalProcess';
}
