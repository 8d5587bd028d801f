import { u8 } from 'sn-gen/schema';
import { describe, expect, test } from 'vitest';
import type { FaultList } from '../../schema/faults.js';
import { fieldNameFault, messageNameFault, reportCollisions, workerNameFault } from '../../schema/names.js';
import { faultsOf, rawObject, untypedWorker } from './support.js';

describe('names', () => {
  test.each(['a', '_', 'A1', 'price_usd', 'type', 'from', 'name', 'length', 'async', 'of'])(
    '%s may be the name of a field',
    (name) => expect(fieldNameFault(name)).toBeUndefined(),
  );

  test.each([
    ['', 'SN1020'],
    ['1', 'SN1020'],
    ['a-b', 'SN1020'],
    ['a b', 'SN1020'],
    ['é', 'SN1020'],
    ['$a', 'SN1020'],
    ['a\u2028', 'SN1020'],
    ['a;process.exit()', 'SN1020'],
    ['class', 'SN1021'],
    ['await', 'SN1021'],
    ['__proto__', 'SN1021'],
    ['constructor', 'SN1021'],
    ['prototype', 'SN1021'],
    ['toObject', 'SN1021'],
    ['hasOwnProperty', 'SN1021'],
  ])('%j may be no name at all', (name, code) => {
    for (const faultOf of [fieldNameFault, messageNameFault, workerNameFault]) {
      expect(faultOf(name)).toMatchObject({ code });
    }
  });

  test.each(['Promise', 'Date', 'Uint8Array', 'Map', 'Error', 'String', 'Object', 'Symbol', 'init', 'tick'])(
    '%s may not be the name of a message',
    (name) => expect(messageNameFault(name)).toMatchObject({ code: 'SN1021' }),
  );

  test.each(['main', 'pool', 'messages', 'index', 'Pool', 'INDEX', 'con', 'receive', 'stats', 'off'])(
    '%s may not be the name of a worker',
    (name) => expect(workerNameFault(name)).toMatchObject({ code: 'SN1021' }),
  );

  test('a fault proposes an identifier', () => {
    expect(fieldNameFault('price (usd)')?.help).toBe("write 'price_usd_'");
    expect(fieldNameFault('1st')?.help).toBe("write '_1st'");
    expect(fieldNameFault('')?.help).toBe("write '_'");
  });
});

describe('collisions', () => {
  const collisions = (messages: string[], workers: string[]) => {
    const faults: FaultList = [];
    reportCollisions(messages, [], workers, faults);
    return faults.map(({ code, path }) => `${code} ${path.join('.')}`);
  };

  test.each([
    [['Flight', 'flight'], [], 'messages.flight'],
    [['Flight', 'FlightView'], [], 'messages.FlightView'],
    [['FlightCodec', 'Flight'], [], 'messages.Flight'],
    [['Flight', 'encodeFlight'], [], 'messages.encodeFlight'],
    [['Flight', 'DecodeFlight'], [], 'messages.DecodeFlight'],
    [[], ['delays', 'Delays'], 'workers.Delays'],
    [['DelaysHandlers'], ['delays'], 'workers.delays'],
    [['defineDelays'], ['delays'], 'workers.delays'],
  ])('%j, %j collide', (messages, workers, path) => {
    expect(collisions(messages, workers)).toEqual([`SN1022 ${path}`]);
  });

  test('a worker may have the name of a message', () => {
    expect(collisions(['Flight', 'Report'], ['flight', 'report'])).toEqual([]);
  });

  test('each one is reported', () => {
    expect(collisions(['A', 'a', 'AView'], ['b', 'B'])).toEqual([
      'SN1022 messages.a',
      'SN1022 messages.AView',
      'SN1022 workers.B',
    ]);
  });

  test('are found by the description', () => {
    const declared = {
      messages: { M: rawObject({ a: u8() }), MView: rawObject({}) },
      workers: { w: untypedWorker({}), W: untypedWorker({}) },
    };
    expect(faultsOf(declared).map((fault) => fault.code)).toEqual(['SN1022', 'SN1022']);
  });
});
