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
  Ask({ calls }, _, { pong, main }) {
    for (let made = 0; made < calls; made++)
      pong.call.balls({ answers: 1 }).then(
        () => main.send.Found({ code: 'answered', chain: '' }),
        (error: SnError) => main.send.Found({ code: error.code, chain: String(error.details.chain) }),
      );
  },
  Ball({ answers }, _, { pong }) {
    for (let ball = 0; ball < answers; ball++) pong.send.Ball({ answers: 0 });
  },
});
