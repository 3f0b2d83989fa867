import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { parked } from '../bill-checks';
import type { BillConnection } from '../connection';
import { type DepartmentMatch, describeDepartment, matchDepartment, readDepartments } from '../departments';
import { textAt } from '../members';
import { isUnavailable } from '../troubles';
import { candidatesOf } from './match-account';

/** Departments change rarely, and a first sync asks for them once per subaccount. */
const keptMs = 60_000;
/** One that was missing may just have been made by a person who replays now. */
const missKeptMs = 5_000;

/**
 * Links a department of the ERP to a department classification in BILL. It only reads: a code that is not there
 * waits for a person.
 */
export function matchDepartmentOperation(bill: BillConnection): Operation {
  const look = async (document: JsonObject, context: OperationContext): Promise<LookUp> => {
    const { calls, signal } = context;
    const name = context.options['matchName'] === true ? textAt(document, 'name') : undefined;
    const matchWithin = async (maxAgeMs: number): Promise<DepartmentMatch> => {
      const read = () => readDepartments(calls, bill.endpoints, signal);
      const departments = await bill.departments.get('departments', maxAgeMs, read);
      return matchDepartment(departments, candidatesOf(document), name);
    };
    try {
      const match = await matchWithin(keptMs);
      return answer(document, match.found === 'one' ? match : await matchWithin(missKeptMs));
    } catch (error) {
      // Departments can be switched off for an organization, or for the role of the user.
      if (!isUnavailable(error)) throw error;
      return unmapped(document, `BILL does not show its departments: ${error.systemWords ?? error.message}`);
    }
  };
  const link = async (document: JsonObject, context: OperationContext): Promise<Effect> => {
    const found = await look(document, context);
    if (found.found === 'present') return found;
    if (found.found === 'conflict') throw parked(found);
    throw new RecordOutcome('park', 'department-unmapped', { candidates: candidatesOf(document) });
  };
  return {
    businessKey: (document) => `department ${candidatesOf(document).join(' or ')}`,
    lookUp: look,
    create: link,
    update: (_ref, document, _previous, context) => link(document, context),
  };
}

function answer(document: JsonObject, match: DepartmentMatch): LookUp {
  if (match.found === 'one') {
    const { id, shortName, name } = match.department;
    return { found: 'present', ref: id, attributes: { shortName, name } };
  }
  const asked = candidatesOf(document).join(' or ');
  if (match.found === 'several') {
    return unmapped(
      document,
      `Several departments in BILL match ${asked}.`,
      match.departments.map(describeDepartment),
    );
  }
  const message =
    match.archived.length > 0
      ? `The department ${asked} is in BILL, but archived.`
      : `No department in BILL is called ${asked}.`;
  return unmapped(document, message, match.archived.map(describeDepartment));
}

function unmapped(document: JsonObject, message: string, departments: JsonObject[] = []): LookUp {
  const candidates = candidatesOf(document);
  return {
    found: 'conflict',
    reason: 'department-unmapped',
    detail: { message, candidates, departments },
  };
}
