import { addDays } from '../clock';
import type { CallContext } from './method';
import type { Row } from './table-rows';

/** Fiscal year and period of a date: here the calendar's year and month. */
export function fiscalColumns(date: string): Row {
  return {
    FiscalYear: Number(date.slice(0, 4)),
    FiscalPeriod: Number(date.slice(5, 7)),
    FiscalYearSuffix: '',
    FiscalCalendarID: 'MAIN',
  };
}

/** The first day of the period after a date's. */
export function nextPeriodStart(date: string): string {
  return `${addDays(`${date.slice(0, 7)}-28`, 4).slice(0, 7)}-01`;
}

export function isClosed(call: CallContext, date: string): boolean {
  return date <= call.company.closedThrough;
}
