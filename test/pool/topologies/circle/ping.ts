import { SnError } from 'sn-gen/runtime';
import { definePing } from './generated/index.js';

export default definePing({
  Serve({ balls, isCaught }, _, { pong, main }) {
    try {
      for (let ball = 0; ball < balls; ball++) pong.send.Ball({ answers: 2 });
    } catch (error) {
      if (!isCaught || !(error instanceof SnError)) throw error;
      main.send.Found({ code: error.code, chain: String(error.details.chain) });
    }
  },
  Ball({ answers }, _, { pong }) {
    for (let ball = 0; ball < answers; ball++) pong.send.Ball({ answers: 0 });
  },
});
