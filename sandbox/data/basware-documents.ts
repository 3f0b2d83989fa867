import type { DocumentContent, DocumentRecord, ProcessingStatus } from '../basware/document-record';
import { addDays } from '../clock';
import { rounded, scaleOf, sum } from '../money';
import type { Random } from '../random';
import type { CodingStyle } from './basware-coding';
import { codingRow } from './basware-coding';
import type { Outcome } from './expected';

/** A supplier as documents name it. */
export interface Supplier {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
}

/** A document before it enters P2P, and what must become of it. */
export interface DocumentSeed {
  readonly content: DocumentContent;
  readonly status: ProcessingStatus;
  readonly mode: DocumentRecord['mode'];
  /** Any of these is right; several where a policy may choose. */
  readonly accepts: readonly Outcome[];
  /** Documents of one name are the same invoice twice: one of them may be confirmed, no more. */
  readonly twin?: string;
}

/** What the generator of documents needs. */
export interface DocumentWorld {
  readonly random: Random;
  readonly companyCode: string;
  readonly coding: CodingStyle;
  /** By Epicor's vendor number. */
  readonly suppliers: ReadonlyMap<number, Supplier>;
  /** Active accounts, segments joined by `|`. */
  readonly accounts: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** Part of a seed that differs from a plain document of one row. */
export interface Differing {
  readonly rows?: DocumentContent['rows'];
  readonly tax?: string;
  /** Instead of the sum of the rows. */
  readonly net?: string;
  readonly content?: Partial<DocumentContent>;
  readonly status?: ProcessingStatus;
  readonly mode?: DocumentRecord['mode'];
  readonly accepts?: readonly Outcome[];
  readonly twin?: string;
}

export function supplierNamed(world: DocumentWorld, num: number): Supplier {
  const found = world.suppliers.get(num);
  if (found === undefined) throw new Error(`no supplier ${num}`);
  return found;
}

/** A document of a supplier; without rows it has one of a hundred. Its net is the sum of its rows unless given. */
export function documentSeed(
  world: DocumentWorld,
  supplier: Supplier,
  number: string,
  title: string,
  differing: Differing = {},
): DocumentSeed {
  const rows = differing.rows ?? [codingRow(world.coding, '5020|10|200', '100.00')];
  const currency = differing.content?.currency ?? supplier.currency;
  const scale = scaleOf(currency);
  const nets = rows.map((row) => row.net);
  const net = differing.net ?? rounded(sum(nets, 6), scale);
  const tax = differing.tax ?? '0';
  const date = addDays(world.today, -12);
  return {
    content: {
      companyCode: world.companyCode,
      supplierCode: supplier.code,
      supplierName: supplier.name,
      invoiceNumber: number,
      invoiceType: net.startsWith('-') ? 'CRN' : 'INV',
      invoiceDate: date,
      dueDate: addDays(date, 30),
      currency,
      net,
      tax,
      gross: differing.tax === undefined ? net : sum([net, tax], scale),
      paymentTerm: 'N30',
      rows,
      title,
      ...differing.content,
    },
    status: differing.status ?? 'WaitingForTransfer',
    mode: differing.mode ?? 'Standard',
    accepts: differing.accepts ?? ['confirmed'],
    ...(differing.twin === undefined ? {} : { twin: differing.twin }),
  };
}

/** An everyday document; a third still waits for its approval. */
export function ordinaryDocument(
  world: DocumentWorld,
  serial: number,
  suppliers: readonly Supplier[],
): DocumentSeed {
  const { random } = world;
  const rows = Array.from({ length: random.pick([1, 1, 1, 2, 3, 5]) }, () => {
    const cents = String(random.whole(101, 499_999)).padStart(3, '0');
    const net = `${cents.slice(0, -2)}.${cents.slice(-2)}`;
    return codingRow(world.coding, random.pick(world.accounts), net);
  });
  const date = addDays(world.today, -random.whole(1, 30));
  const number = `${random.pick(['BI', 'FA', 'R'])}-${20_000 + serial}`;
  return documentSeed(world, random.pick(suppliers), number, 'everyday', {
    rows,
    status: random.chance(0.33) ? 'New' : 'WaitingForTransfer',
    content: { invoiceDate: date, dueDate: addDays(date, 30) },
  });
}
