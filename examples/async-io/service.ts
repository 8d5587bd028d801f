/** A service to fetch from, in this process: it holds some answers back, so that others can be seen to overtake them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Service extends AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  /** The most requests that waited for their answers at a time. */
  readonly mostWaiting: number;
  /** Resolves once somebody has asked for `path`. */
  askedFor(path: string): Promise<void>;
  /** Resolves once whoever asked for `path` has gone without an answer. */
  gone(path: string): Promise<void>;
  /** Answers what was held back, and holds nothing any more. */
  release(): void;
}

/** Paths that begin with `/slow` are held back until `release`, and `/never` for ever. */
export async function startService(): Promise<Service> {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  const left = new Set<string>();
  const changes: (() => void)[] = [];
  let isHolding = true;
  let waiting = 0;
  let mostWaiting = 0;

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const answer = () => {
      waiting -= 1;
      response.end(`this is ${path}`);
    };
    asked.push(path);
    waiting += 1;
    mostWaiting = Math.max(mostWaiting, waiting);
    response.on('close', () => {
      if (response.writableEnded) return;
      left.add(path);
      tellChange();
    });
    if (path.startsWith('/slow') && isHolding) held.push(answer);
    else if (path !== '/never') answer();
    tellChange();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  function tellChange(): void {
    for (const look of changes.splice(0)) look();
  }
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => changes.push(resolve));
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get mostWaiting() {
      return mostWaiting;
    },
    askedFor: (path) => until(() => asked.includes(path)),
    gone: (path) => until(() => left.has(path)),
    release() {
      isHolding = false;
      for (const answer of held.splice(0)) answer();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      // Those that clients keep for later.
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
