import { defineKeeper } from './generated/index.js';

export default defineKeeper({
  ByKey({ key, id }, _, { main, instance }) {
    main.send.Got({ route: 'hash', key, id, instance });
  },
  ByTwoKeys({ key, half, id }, _, { main, instance }) {
    main.send.Got({ route: 'twoKeys', key: `${key}${half ? '+' : '-'}`, id, instance });
  },
  InTurn({ id }, _, { main, instance }) {
    main.send.Got({ route: 'roundRobin', key: '', id, instance });
  },
  ToAll({ id }, _, { main, instance }) {
    main.send.Got({ route: 'broadcast', key: '', id, instance });
  },
});
