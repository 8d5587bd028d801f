import { describe, expect, it } from 'vitest';
import { AWAKE, BLOCKED, Doorbell, HUNGRY, MUTED, PARKED } from '../../runtime/doorbell.js';
import { nextTurn } from './lane-kit.js';

function doorbell(): { bell: Doorbell; state: () => number } {
  const i32 = new Int32Array(new SharedArrayBuffer(64));
  return { bell: new Doorbell(i32, 3), state: () => Atomics.load(i32, 3) };
}

describe('a doorbell', () => {
  it('starts awake', () => {
    expect(doorbell().state()).toBe(AWAKE);
  });

  it('becomes hungry from awake only', () => {
    const { bell, state } = doorbell();
    bell.sayHungry();
    expect(state()).toBe(HUNGRY);
    bell.announce(PARKED);
    bell.sayHungry();
    expect(state()).toBe(PARKED);
  });

  it.each([HUNGRY, PARKED, BLOCKED, MUTED])('is awake after a ring in state %i', (before) => {
    const { bell, state } = doorbell();
    Atomics.store(bell.i32, bell.index, before);
    bell.ring();
    expect(state()).toBe(AWAKE);
  });

  it('leaves those who are not parked alone when rung for messages', () => {
    for (const before of [AWAKE, HUNGRY, BLOCKED, MUTED]) {
      const { bell, state } = doorbell();
      Atomics.store(bell.i32, bell.index, before);
      bell.ringIfParked();
      expect(state()).toBe(before);
    }
    const { bell, state } = doorbell();
    bell.announce(PARKED);
    bell.ringIfParked();
    expect(state()).toBe(AWAKE);
  });

  it('wakes from any sleep, and leaves a hungry one hungry, when rung if asleep', () => {
    for (const [before, after] of [
      [PARKED, AWAKE],
      [BLOCKED, AWAKE],
      [MUTED, AWAKE],
      [HUNGRY, HUNGRY],
    ] as const) {
      const { bell, state } = doorbell();
      Atomics.store(bell.i32, bell.index, before);
      bell.ringIfAsleep();
      expect(state()).toBe(after);
    }
  });

  it('does not let its owner sleep when rung since the announcement', () => {
    const { bell } = doorbell();
    bell.announce(BLOCKED);
    bell.ring();
    bell.wait(BLOCKED, Number.POSITIVE_INFINITY);
    bell.announce(PARKED);
    bell.ring();
    expect(bell.waitAsync()).toBeUndefined();
  });

  it('settles the promise of an asynchronous sleep at the next ring', async () => {
    const { bell } = doorbell();
    bell.announce(PARKED);
    const rung = bell.waitAsync();
    let isAwake = false;
    rung?.then(() => {
      isAwake = true;
    });
    await nextTurn();
    expect(isAwake).toBe(false);
    bell.ring();
    await rung;
    expect(isAwake).toBe(true);
  });

  it('wakes an asynchronous sleeper also when its owner announced another sleep meanwhile', async () => {
    // A timer of the owner's that blocks for space: Parker.sleepUntilRoom.
    const { bell } = doorbell();
    bell.announce(PARKED);
    const rung = bell.waitAsync();
    bell.announce(BLOCKED);
    bell.ring();
    expect(await rung).toBe('ok');
  });
});
