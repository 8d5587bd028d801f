/**
 * Guard views: development mode, in which a view that outlives its handler throws when it is read.
 *
 * Handlers get a view of their own for each message, over a lease of the memory: the same typed arrays behind another
 * object, which throws for everything once the handler has returned. Views inside take their memory from the one around
 * them, so that they throw as well. Without the mode the inbox calls the handlers themselves, and nothing of this is there.
 */
import { SnError } from './errors.js';
import type { Memory } from './memory.js';

/** What handlers are besides handlers of messages: these get no view. */
const LIFECYCLE: ReadonlySet<PropertyKey> = new Set(['init', 'tick', 'shutdown']);

interface AnyView {
  $memory: Memory;
  $offsetBytes: number;
}

type ViewClass = new (memory: Memory, offsetBytes: number) => AnyView;
type Handler = (this: unknown, view: AnyView, ...rest: unknown[]) => unknown;

/** The same handlers, whose views are good for one call. */
export function guardViews<Handlers extends object>(handlers: Handlers): Handlers {
  return new Proxy(handlers, {
    get(target, name) {
      const handler: unknown = Reflect.get(target, name);
      if (typeof handler !== 'function' || LIFECYCLE.has(name)) return handler;
      return (view: AnyView, ...rest: unknown[]) => {
        const lease = { ...view.$memory };
        const own = new (view.constructor as ViewClass)(lease, view.$offsetBytes);
        try {
          return (handler as Handler).call(target, own, ...rest);
        } finally {
          revoke(lease, String(name));
        }
      };
    },
  });
}

function revoke(lease: Memory, message: string): void {
  const get = (): never => {
    throw new SnError(
      'SN_STALE_VIEW',
      `a view of ${message} was read after its handler had returned: the record is another one by then. Keep its fields, or toObject(), not the view`,
      { details: { message } },
    );
  };
  for (const name of Object.keys(lease)) Object.defineProperty(lease, name, { get });
}
