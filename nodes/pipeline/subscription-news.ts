import type { SubscriptionReport } from '../../runtime/connector/system';

/** What of the looks after a subscription is news to people: who does not watch the badge finds it in the log. */
export class SubscriptionNews {
  #said: string | undefined;

  /** A line for the log; undefined when all is well, or when it was said before. */
  of({ status, detail }: SubscriptionReport): string | undefined {
    if (status === 're-enabled') {
      this.#said = undefined;
      return `Webhooks: ${detail}. What was missed meanwhile is read now.`;
    }
    const news = status === 'refused' ? `No webhooks, it is polled: ${detail}` : undefined;
    const known = news === this.#said;
    this.#said = news;
    return known ? undefined : news;
  }
}
