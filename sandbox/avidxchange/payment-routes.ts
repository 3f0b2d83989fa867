import type { WireObject } from '../http/exact-json';
import { sum } from '../money';
import { type AvidAnswer, type AvidCall, type AvidRoute, ok } from './handler';
import { listed, valuesOf, visible, windowOf } from './lists';
import { METHODS, type PaymentPart, type PaymentRecord, STATUS_IDS } from './records';
import { AvidRefusal, notFound } from './refusal';
import type { AvidSite } from './site';
import { amountToken, dateText, documentNumber, named, timeText } from './wire-style';

/** A picture of one point, for the cleared check. */
const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

/** Payments: read only. */
export class Payments {
  constructor(private readonly site: AvidSite) {}

  routes(): AvidRoute[] {
    const one = '/v1/payments/:id';
    return [
      { method: 'get', path: '/v1/payments', run: (call) => this.#list(call) },
      { method: 'get', path: `${one}/paymenthistory`, run: (call) => this.#history(call) },
      { method: 'get', path: `${one}/getclearedcheckimage`, run: (call) => this.#checkImage(call) },
    ];
  }

  #list(call: AvidCall): AvidAnswer {
    const { site } = this;
    const ids = valuesOf(call, 'paymentIds');
    const batch = call.query.get('batchId');
    const within = windowOf(site, call, 'lastModified');
    const rows = visible(site, site.payments).filter(
      (payment) =>
        this.#isShown(payment) &&
        (ids === undefined || ids.has(String(payment.id))) &&
        (batch === null || payment.batchId === batch) &&
        within(payment.modified),
    );
    return listed(site, call, rows, (row) => this.#show(row));
  }

  #isShown({ accountingSystemId }: PaymentRecord): boolean {
    return this.site.switches.otherSystems || accountingSystemId === this.site.systems[0]?.id;
  }

  #one(call: AvidCall): PaymentRecord {
    const payment = this.site.payments.find((each) => String(each.id) === call.params['id']);
    if (payment === undefined) throw notFound('Payment');
    return payment;
  }

  #history(call: AvidCall): AvidAnswer {
    const payment = this.#one(call);
    return ok(
      payment.history.map(
        ({ at, description, comment }, index): WireObject => ({
          Id: index + 1,
          PaymentID: payment.id,
          PaymentProcessName: 'AvidPay',
          Description: description,
          Comment: comment,
          InsertDateTime: timeText(at, this.site.switches),
        }),
      ),
    );
  }

  #checkImage(call: AvidCall): AvidAnswer {
    if (!hasCheckImage(this.#one(call))) {
      const detail = 'Nullable object must have a value.';
      throw new AvidRefusal(500, { exception: { detail } }, detail);
    }
    return ok({ Front: { Image: PICTURE }, Back: { Image: PICTURE } });
  }

  #show(payment: PaymentRecord): WireObject {
    const { switches } = this.site;
    const { id, description } = METHODS[payment.method];
    const withAddress = switches.payeeCode === 'with-address' ? '|MAIN' : '';
    return {
      PaymentId: payment.id,
      Number: documentNumber(payment.number, switches),
      CheckNumber: payment.number,
      AvidPayChecknumber: payment.checkNumber ?? null,
      Status: named(STATUS_IDS[payment.status], payment.status, switches),
      PaymentMethod: named(id, description, switches),
      Amount: amountToken(payment.amount, switches),
      BatchId: payment.batchId,
      PaymentDate: dateText(payment.paymentDate, switches),
      IssuedDate: dateText(payment.issued, switches),
      ClearedDate: dateText(payment.cleared, switches),
      HasClearedCheckImages: hasCheckImage(payment),
      ExternalPaymentIds: [],
      BankAccount: { ClientIds: ['OPERATING'] },
      Exceptions: payment.exception === undefined ? [] : [{ ReasonCode: exceptionOf(payment.exception) }],
      AchTraceNumber: payment.trace ?? null,
      VirtualCard: payment.card === undefined ? null : this.#showCard(payment.card),
      PayeeExternalCode: `${payment.vendorCode}${withAddress}`,
      PayeeName: payment.vendorName,
      LastModifiedDate: timeText(payment.modified, switches),
      Invoices: payment.parts.map((part) => this.#showPart(part)),
    };
  }

  #showCard({ number, reference }: NonNullable<PaymentRecord['card']>): WireObject {
    const whole = this.site.switches.wholeCardNumber ? { CardNumber: number } : {};
    return { LastFour: number.slice(-4), ReferenceNumber: reference, ExpirationDate: '2031-12', ...whole };
  }

  #showPart({ invoice, amount, discount }: PaymentPart): WireObject {
    const { switches } = this.site;
    const paid = switches.discounts === 'within' ? sum([amount, discount]) : amount;
    const ours = switches.paymentInvoices === 'external-id';
    return {
      InvoiceNumber: documentNumber(invoice.number, switches),
      InvoiceAmount: amountToken(paid, switches),
      DiscountAmount: amountToken(discount, switches),
      ...(ours ? { ExternalInvoiceId: invoice.externalId ?? null } : {}),
    };
  }
}

function hasCheckImage({ method, status }: PaymentRecord): boolean {
  return method === 'check' && status === 'Cleared';
}

function exceptionOf(id: number): WireObject {
  const texts: Readonly<Record<number, string>> = {
    4: 'Missing bank account',
    5: 'Testing bank account',
    6: 'Inactive bank account',
    9: 'New bank account imported',
  };
  return { Id: id, Description: texts[id] ?? '' };
}
