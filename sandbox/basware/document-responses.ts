import { isObject, numberText, type WireObject } from '../http/exact-json';
import { compared, minus } from '../money';
import { bodyRule, faultsOf, knownOnly } from './body-rules';
import type { DocumentRecord, ProcessingStatus } from './document-record';
import { type BaswareAnswer, type BaswareCall, type BaswareRoute, ok } from './handler';
import { finish, hasActive } from './master-import';
import type { P2p } from './p2p';
import { BaswareRefusal, invalidBody, notFound, refuseRows } from './refusal';
import { openRequest } from './requests';
import type { RequestItem, Tenant } from './tenant';

const DOCUMENTS = '/v1/accountingDocuments';
const SCOPE = 'accountingDocuments.write';

const TRANSFER = bodyRule(
  `externalCode*:36 success*:bool responseMessage*:1-250 paymentBlock*:bool sourceSystem:32 voucherNumber1:25
   voucherNumber2:25 transferDate:date`,
);
const PREBOOK = bodyRule(
  `externalCode*:36 success*:bool responseMessage*:1-250 paymentBlock*:bool sourceSystem:32 voucherNumber1:25
   voucherNumber2:25 prebookDate:date`,
);
const PAYMENT = bodyRule(
  `externalCode*:36 success*:bool paymentBlock*:bool responseMessage:250 sourceSystem:32 paymentDate:date
   paymentMethod:25 paymentTermCode:25 paidTotal:num cashDiscount:num checkNumber:25 paymentNumber:250
   paymentDocument:250 paymentReversalDocument:250 paymentMessage:100`,
);

const ACKNOWLEDGED: Partial<Record<ProcessingStatus, ProcessingStatus>> = {
  WaitingForTransfer: 'TransferInProgress',
  WaitingForPrebook: 'PrebookInProgress',
  WaitingForEnrichmentTransfer: 'EnrichmentTransferInProgress',
};

/** What the ERP says about documents: that it has them, took them over or not, and what was paid. */
export class DocumentResponses {
  /** Document ids of responses that came although the document was not waiting for one. */
  readonly refused: string[] = [];

  constructor(
    private readonly tenant: Tenant,
    private readonly p2p: P2p,
  ) {}

  routes(): BaswareRoute[] {
    const path = `${DOCUMENTS}/:id`;
    return [
      { method: 'post', path: `${path}/acknowledge`, scope: SCOPE, run: (call) => this.#acknowledge(call) },
      {
        method: 'post',
        path: `${path}/transferResponses`,
        scope: SCOPE,
        run: (call) => this.#transfer(call),
      },
      { method: 'post', path: `${path}/prebookResponses`, scope: SCOPE, run: (call) => this.#prebook(call) },
      { method: 'post', path: `${path}/paymentResponses`, scope: SCOPE, run: (call) => this.#pay(call) },
    ];
  }

  #document(call: BaswareCall): DocumentRecord {
    const document = this.tenant.documents.get(call.params['id'] ?? '');
    if (document === undefined) throw notFound();
    return document;
  }

  #acknowledge(call: BaswareCall): BaswareAnswer {
    const document = this.#document(call);
    const next = ACKNOWLEDGED[document.status];
    if (next === undefined) {
      const message = 'The document is already acknowledged';
      if (this.tenant.switches.alreadyAcknowledged === 'none')
        throw new BaswareRefusal(405, undefined, message);
      throw refuseRows(405, [{ type: 'BUSINESS', code: 'METHOD_NOT_ALLOWED', message }]);
    }
    document.acknowledgements.push(this.tenant.clock.now());
    this.p2p.move(document, next);
    return ok('Acknowledged successfully');
  }

  #transfer(call: BaswareCall): BaswareAnswer {
    const document = this.#document(call);
    const body = this.#body(call, TRANSFER);
    const externalCode = this.#useCode(document, body);
    if (document.status !== 'WaitingForTransfer' && document.status !== 'TransferInProgress') {
      throw this.#refuse(document, externalCode, `The document is ${document.status}`);
    }
    if (document.responding) {
      throw this.#refuse(document, externalCode, 'Another response is being processed');
    }
    document.usedCodes.add(externalCode);
    document.responding = true;
    const success = body['success'] === true;
    document.transferResponses.push({ at: this.tenant.clock.now(), externalCode, success, body });
    this.#later(call, document, 'TransferResponse', externalCode, () => {
      document.responding = false;
      if (success) {
        const voucher = body['voucherNumber1'];
        if (typeof voucher === 'string') document.voucherNumber1 = voucher;
        document.content = { ...document.content, paymentBlock: body['paymentBlock'] === true };
      }
      this.p2p.move(document, success ? 'Transferred' : 'TransferFailed');
      return [];
    });
    return ok(body);
  }

  #prebook(call: BaswareCall): BaswareAnswer {
    const document = this.#document(call);
    const body = this.#body(call, PREBOOK);
    const externalCode = this.#useCode(document, body);
    if (document.status !== 'WaitingForPrebook' && document.status !== 'PrebookInProgress') {
      throw this.#refuse(document, externalCode, `The document is ${document.status}`);
    }
    document.usedCodes.add(externalCode);
    this.#later(call, document, 'PrebookResponse', externalCode, () => {
      this.p2p.move(document, body['success'] === true ? 'Prebooked' : 'PrebookFailed');
      return [];
    });
    return ok(body);
  }

  #pay(call: BaswareCall): BaswareAnswer {
    const document = this.#document(call);
    const body = this.#body(call, PAYMENT);
    const externalCode = this.#useCode(document, body);
    if (document.status !== 'Transferred' && document.status !== 'Paid') {
      throw this.#refuse(document, externalCode, `The document is ${document.status}`);
    }
    document.usedCodes.add(externalCode);
    this.#later(call, document, 'PaymentResponse', externalCode, () => {
      const term = body['paymentTermCode'];
      if (typeof term === 'string' && !hasActive(this.tenant, '/v1/paymentTerms', term)) {
        return [`payment term ${term} does not exist`];
      }
      if (body['success'] !== true) return [];
      document.paymentResponses.push({ at: this.tenant.clock.now(), externalCode, body });
      const paid = numberText(body['paidTotal']) ?? '0';
      const owed = minus(document.content.gross, numberText(body['cashDiscount']) ?? '0', 3);
      const negative = owed.startsWith('-');
      const isPaid = negative ? compared(paid, owed) <= 0 : compared(paid, owed) >= 0;
      this.p2p.move(document, isPaid ? 'Paid' : 'Transferred');
      return [];
    });
    return ok(body);
  }

  #body(call: BaswareCall, rule: ReturnType<typeof bodyRule>): WireObject {
    const faults = faultsOf(call.body ?? null, rule, this.tenant.switches.unknownMembers);
    if (faults.length > 0 || !isObject(call.body)) throw invalidBody(faults.join('; '));
    return knownOnly(call.body, rule);
  }

  /** The response's own code, which must be new to the document. */
  #useCode(document: DocumentRecord, body: WireObject): string {
    const externalCode = String(body['externalCode']);
    if (document.usedCodes.has(externalCode)) {
      const message = 'The external code was used before.';
      const error = { externalCode, type: 'BUSINESS' as const, code: 'CONFLICT_IN_POST', message };
      throw refuseRows(this.tenant.switches.reusedResponse, [error]);
    }
    return externalCode;
  }

  #refuse(document: DocumentRecord, externalCode: string, message: string): BaswareRefusal {
    this.refused.push(document.invoiceId);
    return refuseRows(400, [{ externalCode, type: 'BUSINESS', code: 'DATA_VALIDATION_FAILED', message }]);
  }

  /** P2P works on a response some time later; `apply` gives what is wrong with it. */
  #later(
    call: BaswareCall,
    document: DocumentRecord,
    entityType: string,
    externalCode: string,
    apply: () => string[],
  ): void {
    const { tenant } = this;
    const request = openRequest(tenant, call, { entityType, operationType: 'POST', genericListKey: null });
    const item: RequestItem = {
      externalCode,
      parentExternalCode: document.invoiceId,
      status: 'InProgress',
      errors: [],
    };
    request.items.push(item);
    const run = () => {
      const wrong = apply();
      item.status = wrong.length === 0 ? 'Success' : 'Error';
      item.errors = wrong.map((message) => ({ type: 'Error', message, category: 'DataValidation' }));
      finish(tenant, request);
    };
    if (tenant.switches.responseMs === 0) run();
    else tenant.later(tenant.switches.responseMs, run);
  }
}
