import { defineHopper } from './generated/index.js';

export default defineHopper({
  Hop({ left, id }, _, { hopper, main }) {
    if (left === 0) main.send.Landed({ id });
    else hopper.send.Hop({ left: left - 1, id });
  },
});
