import { defineShards } from './generated/index.js';

/** Nobody runs it: what is measured is the sender. */
export default defineShards({ ByHash() {}, ByRange() {}, InTurn() {}, ByLoad() {}, ByRule() {} });
