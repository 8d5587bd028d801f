import { defineRelay } from './generated/index.js';

/** Sends one message by each route, made of a number alone. */
export default defineRelay({
  Relay({ id }, _, { keeper, ring }) {
    keeper.send.ByKey({ key: `key${id}`, id });
    ring.send.OnRing({ key: `key${id}`, id });
    keeper.send.ByRange({ price: id, id, note: '' });
    keeper.send.Balanced({ id, waits: false });
    keeper.send.ByRule({ name: String(id % 3), id });
    keeper.send.ByLongRule({ name: 'x'.repeat(id % 3), id });
  },
});
