import { defineSink } from './generated/index.js';

export default defineSink({
  Payload16() {},
  Payload64() {},
  Payload256() {},
});
