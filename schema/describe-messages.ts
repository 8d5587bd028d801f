/**
 * Options of messages to descriptors.
 */
import type { MessageDescriptor } from './descriptor.js';
import { type FaultList, quote, report, suggest } from './faults.js';

const OPTIONS: readonly string[] = ['validate'];

type DescribedOptions = Pick<MessageDescriptor, 'validate'>;

/** What the second argument of `message()` asks for: nothing is there that was not asked for. */
export function describeMessageOptions(
  options: unknown,
  path: readonly string[],
  faults: FaultList,
): DescribedOptions {
  if (typeof options !== 'object' || options === null) {
    report(
      faults,
      'SN1057',
      path,
      `a message's options must be an object: got ${quote(options)}`,
      'write message(schema, { validate: true }), or the schema alone',
    );
    return {};
  }
  for (const option of Object.keys(options)) {
    if (OPTIONS.includes(option)) continue;
    report(
      faults,
      'SN1056',
      [...path, option],
      `a message has no option '${option}'`,
      suggest(option, OPTIONS, 'its options'),
    );
  }
  const { validate } = options as { readonly validate?: unknown };
  if (validate !== undefined && typeof validate !== 'boolean') {
    report(
      faults,
      'SN1057',
      [...path, 'validate'],
      `validate must be true or false: got ${quote(validate)}`,
      'write validate: true, or leave it out',
    );
  }
  return validate === true ? { validate } : {};
}
