import { describe, expect, it } from 'vitest';
import { laneByRoute } from '../../runtime/custom-route.js';
import { SnError } from '../../runtime/errors.js';
import type { LaneWriter } from '../../runtime/lane-writer.js';

const lanes = ['first', 'second', 'third'] as unknown as readonly LaneWriter[];

function caught(route: (message: string, instances: number) => unknown): SnError {
  try {
    laneByRoute(lanes, route as () => number, 'message', 'Order');
  } catch (error) {
    expect(error).toBeInstanceOf(SnError);
    return error as SnError;
  }
  throw new Error('it found a lane');
}

describe('laneByRoute', () => {
  it('gives the lane that the route names, of as many as there are', () => {
    const route = (message: string, instances: number) => instances - message.length;
    expect(laneByRoute(lanes, route, 'ab', 'Order')).toBe('second');
    expect(laneByRoute(lanes, route, 'abc', 'Order')).toBe('first');
  });

  it.each([3, -1, 0.5, Number.NaN, '1', undefined, null, 1n, true, {}, 'length', new Date(Number.NaN)])(
    'throws SN_ROUTE for %s, with what was allowed',
    (result) => {
      expect(caught(() => result)).toMatchObject({
        code: 'SN_ROUTE',
        message: expect.stringMatching(
          /^the custom route of Order must return a whole number from 0 to 2, .*: got /,
        ),
        details: { message: 'Order', result, instances: 3 },
      });
    },
  );

  it('says so of what cannot be shown as well', () => {
    expect(caught(() => Object.create(null))).toMatchObject({ code: 'SN_ROUTE' });
  });

  it('throws SN_ROUTE with what the route threw', () => {
    const cause = new TypeError('no rule');
    const error = caught(() => {
      throw cause;
    });
    expect(error).toMatchObject({ code: 'SN_ROUTE', cause, details: { message: 'Order', instances: 3 } });
    expect(error.message).toContain('no rule');
  });
});
