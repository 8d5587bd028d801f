import { defineClerk } from './generated/index.js';

export default defineClerk({
  Sum({ below }, _, ctx) {
    const squares = Array.from({ length: below }, (_, x) => ctx.desk.call.square({ x }));
    void addUp(squares.map(async (one) => (await one).square)).then((total) => ctx.main.send.Total(total));
  },
  SumOwn({ below }, _, ctx) {
    const doubles = Array.from({ length: Math.min(below, 4) }, (_, x) => ctx.clerk.call.double({ x }));
    void addUp(doubles.map(async (one) => (await one).double)).then((total) => ctx.main.send.Total(total));
  },
  double: ({ x }) => ({ double: 2 * x }),
});

async function addUp(numbers: readonly Promise<number>[]): Promise<{ sum: number; failed: number }> {
  const results = await Promise.allSettled(numbers);
  const values = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const sum = values.reduce((total, value) => total + value, 0);
  return { sum, failed: numbers.length - values.length };
}
