import { defineBooks } from './generated/index.js';

export default defineBooks({ Quote() {}, Tick() {}, Balance() {}, Name() {} });
