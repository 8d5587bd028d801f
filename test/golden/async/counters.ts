import { defineCounters } from './generated/index.js';

export default defineCounters({ Stored() {} });
