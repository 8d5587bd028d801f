import { defineRing } from './generated/index.js';

/** Nobody runs it: what is measured is the sender. */
export default defineRing({ ByRing() {} });
