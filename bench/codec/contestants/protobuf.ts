/** Protocol Buffers twice: protobufjs and @bufbuild/protobuf, their types made at the start from one `.proto`. */
import { create, createFileRegistry, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import { type AnyContestant, anyContestant } from '../contestant.js';
import { type Format, fromNative, PLAIN, toNative } from '../format.js';
import type { Fields, Kind } from '../kind.js';
import { MESSAGE, protoFile } from './proto-file.js';

/** A union is a message of its own with one `oneof`: here a property of it is set, there the `oneof` is an object. */
const PROTOBUFJS: Format = {
  ...PLAIN,
  absent: undefined,
  option: {
    to: (option, fields) => ({ [option]: fields }),
    from(native, { options }) {
      const fields = native as Readonly<Record<string, unknown>>;
      const option = Object.keys(options).find((name) => Object.hasOwn(fields, name)) as string;
      return [option, fields[option]];
    },
  },
};
const BUFBUILD: Format = {
  ...PLAIN,
  absent: undefined,
  option: {
    to: (option, fields) => ({ by: { case: option, value: fields } }),
    from(native) {
      const { by } = native as { readonly by: { readonly case: string; readonly value: unknown } };
      return [by.case, by.value];
    },
  },
};

export function protobufjs<Value, Viewed>({ fields }: Kind<Value, Viewed>): AnyContestant<Value> {
  const type = rootOf(fields).lookupType(MESSAGE);
  return anyContestant<Value, protobuf.Message, Uint8Array>({
    name: 'protobufjs',
    native: (value) => type.create(toNative(PROTOBUFJS, fields, value) as object),
    value: (native) => fromNative(PROTOBUFJS, fields, native) as Value,
    encode: (native) => type.encode(native).finish(),
    keep: (bytes) => Buffer.from(bytes),
    decode: (bytes) => type.decode(bytes),
    weigh: ({ length }) => length,
  });
}

export function bufbuild<Value, Viewed>({ fields }: Kind<Value, Viewed>): AnyContestant<Value> {
  const schema = schemaOf(fields);
  return anyContestant<Value, Message, Uint8Array>({
    name: '@bufbuild/protobuf',
    native: (value) => create(schema, toNative(BUFBUILD, fields, value) as Record<string, unknown>),
    value: (native) => fromNative(BUFBUILD, fields, native) as Value,
    encode: (native) => toBinary(schema, native),
    keep: (bytes) => bytes.slice(),
    decode: (bytes) => fromBinary(schema, bytes),
    weigh: ({ length }) => length,
  });
}

function rootOf(fields: Fields): protobuf.Root {
  const { root } = protobuf.parse(protoFile(fields));
  root.resolveAll();
  return root;
}

/** @bufbuild/protobuf reads no `.proto`: protobufjs turns it into what `protoc` would give. */
function schemaOf(fields: Fields) {
  const root = rootOf(fields) as protobuf.Root & { toDescriptor(syntax: string): protobuf.Message };
  const bytes = descriptor.FileDescriptorSet.encode(root.toDescriptor('proto3')).finish();
  const [file] = fromBinary(FileDescriptorSetSchema, bytes).file;
  const schema = file && createFileRegistry(file, () => undefined).getMessage(MESSAGE);
  if (schema === undefined) throw new Error(`@bufbuild/protobuf has no ${MESSAGE}`);
  return schema;
}
