/** What a connection did since it was opened. */
export interface ConnectionCounters {
  /** Requests that went out, sign-ins and repetitions included. */
  readonly calls: number;
  /** The same by the name of the call. */
  readonly byOperation: Readonly<Record<string, number>>;
  /** At this moment. */
  readonly inFlight: number;
  readonly maxInFlight: number;
  readonly retries: number;
  /** Answers that asked for fewer calls. */
  readonly throttled: number;
  readonly signIns: number;
}

export class CallCounters implements ConnectionCounters {
  calls = 0;
  byOperation: Record<string, number> = {};
  maxInFlight = 0;
  retries = 0;
  throttled = 0;
  signIns = 0;
  inFlight = 0;

  begin(): void {
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
  }

  end(): void {
    this.inFlight--;
  }

  sent(call: string): void {
    this.calls++;
    this.byOperation[call] = (this.byOperation[call] ?? 0) + 1;
  }

  snapshot(): ConnectionCounters {
    const { calls, byOperation, inFlight, maxInFlight, retries, throttled, signIns } = this;
    return { calls, byOperation: { ...byOperation }, inFlight, maxInFlight, retries, throttled, signIns };
  }
}
