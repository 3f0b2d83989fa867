import { isObject, numberText, type Wire, type WireObject } from '../http/exact-json';
import { Dataset } from './dataset';
import { businessError } from './refusal';
import type { CompanyState, EpicorState } from './state';

/** Who calls, and on whose data. */
export interface CallContext {
  readonly state: EpicorState;
  readonly company: CompanyState;
  readonly user: string;
}

/** A call of a service method with its parameters. Every accessor refuses a value of the wrong kind. */
export class MethodCall implements CallContext {
  constructor(
    readonly state: EpicorState,
    readonly company: CompanyState,
    readonly user: string,
    readonly parameters: WireObject,
  ) {}

  text(name: string): string {
    const value = this.#need(name);
    if (value === null) return '';
    if (typeof value !== 'string') throw wrongType(name);
    return value;
  }

  /** The one text among the parameters, for a method whose parameter's name differs between releases. */
  onlyText(): string {
    const found = Object.values(this.parameters).find((value) => typeof value === 'string');
    if (typeof found !== 'string') throw businessError('A text parameter is not found in the input object');
    return found;
  }

  whole(name: string): number {
    const value = this.#need(name);
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > 2_147_483_647)
      throw wrongType(name);
    return number;
  }

  flag(name: string): boolean {
    const value = this.#need(name);
    if (typeof value !== 'boolean') throw wrongType(name);
    return value;
  }

  /** Decimal text. */
  decimal(name: string): string {
    const value = numberText(this.#need(name));
    if (value === undefined || /[eE]/.test(value)) throw wrongType(name);
    return value;
  }

  /** `YYYY-MM-DD`. */
  date(name: string): string {
    const value = this.#need(name);
    if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}(T|$)/.test(value)) throw wrongType(name);
    return value.slice(0, 10);
  }

  dataset(): Dataset {
    const value = this.#need('ds');
    if (!isObject(value)) throw wrongType('ds');
    return new Dataset(this.state, value);
  }

  #need(name: string): Wire {
    const value = this.parameters[name];
    if (value === undefined) throw businessError(`Parameter ${name} is not found in the input object`);
    return value;
  }
}

function wrongType(name: string): Error {
  return businessError(`Parameter ${name} could not be converted to its data type.`);
}

/** What a method answers: a return value, by-reference parameters, or both. */
export interface MethodReply {
  readonly returnObj?: Wire;
  readonly parameters?: WireObject;
}

export interface Method {
  /** May also be called with GET, its parameters in the query. */
  readonly readOnly: boolean;
  readonly run: (call: MethodCall) => MethodReply;
}

export function reads(run: Method['run']): Method {
  return { readOnly: true, run };
}

export function writes(run: Method['run']): Method {
  return { readOnly: false, run };
}
