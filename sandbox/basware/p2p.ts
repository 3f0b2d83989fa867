import type { CodingRow, DocumentContent, DocumentRecord, ProcessingStatus } from './document-record';
import type { Tenant } from './tenant';

/** P2P, where people capture, code, approve and transfer invoices. Everything they do here is done at once. */
export class P2p {
  constructor(private readonly tenant: Tenant) {}

  document(invoiceId: string): DocumentRecord {
    const found = this.tenant.documents.get(invoiceId);
    if (found === undefined) throw new Error(`no document ${invoiceId}`);
    return found;
  }

  /** A document enters P2P in the given status, unseen by subscribers unless it waits for the ERP. */
  capture(
    content: DocumentContent,
    status: ProcessingStatus,
    mode: DocumentRecord['mode'] = 'Standard',
  ): DocumentRecord {
    const document: DocumentRecord = {
      invoiceId: this.tenant.newId(),
      mode,
      content,
      status: 'New',
      lastUpdated: this.tenant.clock.now(),
      before: undefined,
      voucherNumber1: undefined,
      responding: false,
      acknowledgements: [],
      transferResponses: [],
      paymentResponses: [],
      usedCodes: new Set(),
      retransfers: 0,
    };
    this.tenant.documents.set(document.invoiceId, document);
    if (status !== 'New') this.move(document, status);
    return document;
  }

  /** The last approval: the document waits for the ERP from now on. */
  approve(document: DocumentRecord): void {
    if (document.status !== 'New' && document.status !== 'Prebooked') {
      throw new Error(`document ${document.invoiceId} is ${document.status} and cannot be approved`);
    }
    this.move(document, 'WaitingForTransfer');
  }

  /** Takes a document back into approval before the ERP has it. False when it is too late. */
  withdraw(document: DocumentRecord): boolean {
    if (document.status !== 'WaitingForTransfer' || document.responding) return false;
    this.move(document, 'New');
    return true;
  }

  /** Changes the coding or head of a document that the ERP does not have. */
  edit(document: DocumentRecord, changes: Partial<DocumentContent>): void {
    if (document.status === 'Transferred' || document.status === 'Paid') {
      throw new Error(`document ${document.invoiceId} is ${document.status} and cannot be changed`);
    }
    document.content = { ...document.content, ...changes };
    document.lastUpdated = this.tenant.clock.now();
  }

  /** Codes a document anew, all of its rows alike. */
  recode(document: DocumentRecord, coding: Pick<CodingRow, 'account' | 'costCenter' | 'dimension'>): void {
    this.edit(document, { rows: document.content.rows.map((row) => ({ ...row, ...coding })) });
  }

  /** Sends a document that the ERP refused, or never answered for, to the ERP once more; its id stays. */
  retransfer(document: DocumentRecord): void {
    if (document.status !== 'TransferFailed' && document.status !== 'TransferInProgress') {
      throw new Error(`document ${document.invoiceId} is ${document.status} and cannot be transferred again`);
    }
    document.retransfers += 1;
    this.move(document, 'WaitingForTransfer');
  }

  /** Stamps a document without changing anything that matters. */
  touch(document: DocumentRecord): void {
    document.lastUpdated = this.tenant.clock.now();
  }

  /** Puts a document into a status and tells those who listen when it waits for the ERP. */
  move(document: DocumentRecord, status: ProcessingStatus): void {
    const { listLagMs } = this.tenant.switches;
    const now = this.tenant.clock.now();
    document.before =
      listLagMs === 0
        ? undefined
        : { status: document.status, lastUpdated: document.lastUpdated, until: now + listLagMs };
    document.status = status;
    document.lastUpdated = now;
    if (status === 'WaitingForTransfer' || status === 'WaitingForPrebook') {
      this.tenant.tell({
        taskType: 'AccountingDocuments',
        taskSubType: status,
        documentId: document.invoiceId,
      });
    }
  }
}
