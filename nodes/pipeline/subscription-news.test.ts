import { describe, expect, it } from 'vitest';
import type { SubscriptionReport } from '../../runtime/connector/system';
import { SubscriptionNews } from './subscription-news';

const report = (status: SubscriptionReport['status'], detail = 'the cause'): SubscriptionReport => ({
  status,
  detail,
  catchUp: false,
  secrets: [],
});

describe('the log of a subscription', () => {
  it('tells every time that it was switched on again (F4)', () => {
    const news = new SubscriptionNews();
    expect(news.of(report('re-enabled'))).toContain('the cause');
    expect(news.of(report('re-enabled'))).toContain('the cause');
  });

  it('tells why there is none once, and again after it was there', () => {
    const news = new SubscriptionNews();
    expect(news.of(report('refused'))).toContain('the cause');
    expect(news.of(report('refused'))).toBeUndefined();
    expect(news.of(report('refused', 'another'))).toContain('another');
    expect(news.of(report('created'))).toBeUndefined();
    expect(news.of(report('refused', 'another'))).toContain('another');
  });

  it('says nothing while all is well', () => {
    const news = new SubscriptionNews();
    expect([news.of(report('created')), news.of(report('healthy'))]).toEqual([undefined, undefined]);
  });
});
