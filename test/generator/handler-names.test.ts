import { describe, expect, test } from 'vitest';
import { mayBlockAt, namesIn } from '../../generator/handler-names.js';
import { loadTypeScript } from '../../generator/typescript.js';

const typescript = loadTypeScript();
const read = (code: string) => namesIn(typescript, '/p/handler.ts', code, '/p/generated');
const handler = (body: string) => `import { defineW } from './generated/index.js';
export default defineW({ M(m, _, ctx) { ${body} } });`;

describe('what a handler names', () => {
  test('are the messages and calls that it may send, in whatever way it comes to the handle', () => {
    const named = (body: string) => read(handler(body))?.names;
    expect(named('ctx.main.send.Report({ a: 1 });')).toContain('Report');
    expect(named('const { Report } = ctx.main.send as never; Report({});')).toBeUndefined();
    expect(named('const target = ctx[m.name]; target.trySend.Report({});')).toContain('Report');
    expect(named('ctx.desk.at(1).call.count({});')).toContain('count');
    expect(named('// ctx.main.send.Report({})')).not.toContain('Report');
  });

  test.each([
    ['a message picked at run time', handler('ctx.main.send[m.name]({});')],
    ['senders picked by a text', handler("ctx.main['send'].M({});")],
    ['senders passed on', handler('help(ctx.main.send);')],
    ['senders taken apart', handler('const { trySend } = ctx.main; trySend.M({});')],
    ['calls taken apart', handler('const { call } = ctx.desk; call[m.name]({});')],
    ['calls picked at run time', handler('ctx.desk.call[m.name]({});')],
    ['other files of its own', `import { help } from './help.js';\n${handler('help(ctx);')}`],
    ['packages', `import help from 'help';\n${handler('help(ctx);')}`],
    ['what it gives on from elsewhere', `export * from './help.js';\n${handler('')}`],
    ['modules loaded later', handler("import('./help.js');")],
    ['modules required', handler("require('./help.js')(ctx);")],
  ])('is nothing that could be relied on in a module with %s', (_, code) => {
    expect(read(code)).toBeUndefined();
  });

  test.each([
    ['arrays', handler('[1].map((x) => x); Math.max.call(undefined, 1);')],
    ['variables of such names', handler('const map = new Map(); map.get(1);')],
    ["Node's own modules", `import { readFileSync } from 'node:fs';\n${handler('')}`],
    ["the runtime's errors", `import { SnError } from 'sn-gen/runtime';\n${handler('')}`],
    ['types', `import type { X } from './types.js';\n${handler('')}`],
  ])('can be relied on beside %s', (_, code) => {
    expect(read(code)).toBeDefined();
  });
});

describe('a handler may block', () => {
  const targets = new Set(['b', 'main']);
  const mayBlock = (body: string, to: string) => {
    const names = read(handler(body));
    if (names === undefined) throw new Error('open');
    return mayBlockAt(names, to, targets);
  };

  test.each(['send.M({})', 'claim.M()', 'call.c({})', 'map.c([])', 'at(0).send.M({})'])(
    'at a target where it has %s',
    (sent) => {
      const receiver = sent.startsWith('at') ? `ctx.b.${sent}` : `ctx.b.at(1).${sent}`;
      expect(mayBlock(`${receiver};`, 'b')).toBe(true);
      expect(mayBlock(`${receiver};`, 'main')).toBe(false);
      expect(mayBlock(`const { b } = ctx; b.${sent};`, 'b')).toBe(true);
    },
  );

  test('nowhere, if it only tries', () => {
    expect(mayBlock('if (!ctx.b.trySend.M({})) ctx.b.tryClaim.M();', 'b')).toBe(false);
  });

  test('anywhere, if it sends by another name', () => {
    expect(mayBlock('const peer = ctx.b; peer.send.M({});', 'b')).toBe(true);
    expect(mayBlock('[ctx.b, ctx.main].forEach((one) => one.send.M({}));', 'b')).toBe(true);
    expect(mayBlock('pick(ctx).send.M({});', 'main')).toBe(true);
  });
});
