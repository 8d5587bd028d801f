import { SnError } from 'sn-gen/runtime';
import { defineLoner } from './generated/index.js';

export default defineLoner({
  Crowd({ notes }, _, { loner, main }) {
    try {
      for (let number = 0; number < notes; number++) loner.send.Note({ number });
    } catch (error) {
      if (!(error instanceof SnError)) throw error;
      main.send.Found({ code: error.code, chain: String(error.details.chain) });
    }
  },
  Note() {},
});
