/** Pools: what they cost and what they reach, one thing after the other. */
import { calls } from '../pools/calls.js';
import { memory } from '../pools/memory.js';
import { routes } from '../pools/routes.js';
import { scaling } from '../pools/scaling.js';
import { start } from '../pools/start.js';
import { tasks } from '../pools/tasks.js';
import type { Row } from '../statistics.js';
import type { Suite } from '../suite.js';

const PARTS: readonly Suite[] = [tasks, calls, routes, start, memory, scaling];

export const pools: Suite = async (wanted) => {
  const rows: Row[] = [];
  for (const part of PARTS) rows.push(...(await part(wanted)));
  return rows;
};
