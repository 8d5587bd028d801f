import type { CustomRoute } from 'sn-gen/runtime';
import type { ByRule } from './generated/index.js';

export const CUSTOMERS = 1000;

/** Visit `n`, the same in every run: half of all visits are those of the first eighth of the customers. */
export const customerAt = (n: number): number => Math.floor(CUSTOMERS * ((n * 0.618_033_988_75) % 1) ** 3);

/** Knows how often which customers come, as no general route can: few of those that come often share an instance. */
export const byRule: CustomRoute<ByRule> = ({ customer }, instances) =>
  Math.floor(Math.cbrt(customer / CUSTOMERS) * instances);
