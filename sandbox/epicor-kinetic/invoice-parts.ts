import { addAttachment } from './attachments';
import { addCharge, addTax, changeCharge, changeTax } from './invoice-charges';
import {
  addAccount,
  addDistribution,
  changeAccount,
  changeDistribution,
  lineOf,
} from './invoice-distributions';
import { addLine, changeLine, ENTERED_ON_LINE } from './invoice-lines';
import { blankAccount, defaultAccount } from './ledger-accounts';
import type { CallContext } from './method';
import { text } from './state';
import type { Row } from './table-rows';

/** What else is known of a row that is added. */
export interface Adding {
  /** Rows below it come in the same save. */
  readonly hasParts: boolean;
  /** Its account is lost. */
  readonly blank: boolean;
  /** The server makes each row itself, and accounts only where a row asks for them. */
  readonly bare: boolean;
}

interface PartSaver {
  readonly add: (call: CallContext, head: Row, sent: Row, adding: Adding) => void;
  /** `changes`: the physical columns that differ. */
  readonly change: (call: CallContext, head: Row, stored: Row, sent: Row, changes: Row) => void;
}

function firstDistribution(call: CallContext, sent: Row, { hasParts, blank, bare }: Adding) {
  if (blank && !hasParts) return 'blank';
  if (bare) return !hasParts && sent['UpdateExtCreateLineGL'] === true ? 'default' : 'none';
  const own = !hasParts || call.state.switches.defaultDistribution === 'always';
  return own ? (blank ? 'blank' : 'default') : 'none';
}

/** The columns that may be typed in; custom columns always. */
export function only(changes: Row, names: ReadonlySet<string>): Row {
  return Object.fromEntries(
    Object.entries(changes).filter(([name]) => names.has(name) || name.endsWith('_c')),
  );
}

const line: PartSaver = {
  add: (call, head, sent, adding) => addLine(call, head, sent, firstDistribution(call, sent, adding)),
  change: (call, head, stored, sent, changes) =>
    changeLine(call, head, stored, sent, only(changes, ENTERED_ON_LINE)),
};

const distribution: PartSaver = {
  add: (call, head, sent, { hasParts, blank }) => {
    const own = blank ? blankAccount(call, {}) : defaultAccount(call);
    addDistribution(call, head, sent, hasParts ? undefined : own);
  },
  change: changeDistribution,
};

const account: PartSaver = {
  add: (call, head, sent, { blank }) => addAccount(call, head, sent, blank),
  change: changeAccount,
};

/** How rows below an invoice are saved, by table. */
export const PART_SAVERS: Readonly<Record<string, PartSaver>> = {
  APInvDtl: line,
  APInvExp: distribution,
  APInvExpTGLC: account,
  APInvMsc: {
    add: (call, head, sent) => addCharge(call, head, lineOf(call, sent), 'APInvMsc', sent),
    change: (call, head, stored, sent) => changeCharge(call, head, 'APInvMsc', stored, sent),
  },
  APIHAPInvMsc: {
    add: (call, head, sent) => addCharge(call, head, head, 'APIHAPInvMsc', sent),
    change: (call, head, stored, sent) => changeCharge(call, head, 'APIHAPInvMsc', stored, sent),
  },
  APInvTax: { add: addTax, change: changeTax },
  APInvHedAttch: {
    add: addAttachment,
    change: (call, _head, stored, sent) =>
      call.state.change(
        call.company,
        'APInvHedAttch',
        stored,
        { DrawDesc: text(sent, 'DrawDesc') },
        call.user,
      ),
  },
};
