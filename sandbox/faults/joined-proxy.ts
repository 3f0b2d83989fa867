import type { FaultProxy } from './proxy';

/**
 * Two proxies of one system that has two addresses, such as its interface and the storage it sends callers to: what
 * goes wrong goes wrong at both. Counts and traffic are those of the first.
 */
export function joinProxies(first: FaultProxy, second: FaultProxy): FaultProxy {
  return {
    url: first.url,
    injected: first.injected,
    traffic: first.traffic,
    get seen() {
      return first.seen;
    },
    follow(plan) {
      first.follow(plan);
      second.follow(plan);
    },
    setDown(down) {
      first.setDown(down);
      second.setDown(down);
    },
    async refuseConnections() {
      await Promise.all([first.refuseConnections(), second.refuseConnections()]);
    },
    async listenAgain() {
      await Promise.all([first.listenAgain(), second.listenAgain()]);
    },
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
    },
  };
}
