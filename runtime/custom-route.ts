/**
 * Custom route: a function of the user's that says where each message goes.
 *
 * It runs in the thread that sends, before anything is claimed: where it fails nothing was sent.
 */
import { SnError } from './errors.js';
import type { LaneWriter } from './lane-writer.js';

/**
 * Names the instance of a message: a whole number from 0 to `instances - 1`.
 *
 * `instances` is how many there are by now; it changes when the worker is resized. Messages that must keep their order go to one
 * instance. Called by whoever sends, host or worker; it must not send itself.
 *
 * @example
 * export const byVenue: CustomRoute<Order> = (order, instances) => order.venue.charCodeAt(0) % instances;
 */
export type CustomRoute<Message> = (message: Message, instances: number) => number;

/** The lane that a route names. @throws SnError `SN_ROUTE` when it throws or names none; nothing was sent then. */
export function laneByRoute<Message>(
  lanes: readonly LaneWriter[],
  route: CustomRoute<Message>,
  message: Message,
  name: string,
): LaneWriter {
  let instance: number;
  try {
    instance = route(message, lanes.length);
  } catch (cause) {
    throw new SnError(
      'SN_ROUTE',
      `the custom route of ${name} threw, so that nothing was sent: ${describe(cause)}`,
      { cause, details: { message: name, instances: lanes.length } },
    );
  }
  // A text such as '1' would find one as well, and an object could do anything.
  const lane = typeof instance === 'number' ? lanes[instance] : undefined;
  if (lane !== undefined) return lane;
  throw new SnError(
    'SN_ROUTE',
    `the custom route of ${name} must return a whole number from 0 to ${lanes.length - 1}, and nothing was sent: got ${describe(instance)}`,
    { details: { message: name, result: instance, instances: lanes.length } },
  );
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
