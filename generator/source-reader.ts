/**
 * Source reader: asks the source index everything at once, on a thread of its own.
 *
 * Loading ts-morph alone takes about half a second. It runs on another core while esbuild bundles the schema
 * and Zod loads, which takes nearly as long. Requests and answers are plain data. Run from source, where a
 * thread could not load TypeScript, all happens on the caller's thread.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { TopologyDescriptor } from '../schema/descriptor.js';
import type { Place, PlacedFault } from './faults.js';
import { type HandlerNames, namesIn } from './handler-names.js';
import type { LocalModules } from './load.js';
import { indexSources } from './source-index.js';
import { Syntax } from './syntax.js';
import { loadTypeScript, type TypeScript } from './typescript.js';

export interface SourceQuestions {
  readonly modules: LocalModules;
  readonly schemaFile: string;
  /** Paths in the schema whose places are asked for. */
  readonly paths: readonly (readonly string[])[];
  /** Whose doc comments are asked for. */
  readonly topology: TopologyDescriptor;
  /** Handlers' files and texts: do they export a default, and what do they name? */
  readonly handlers: ReadonlyMap<string, string>;
  /** Folder of the generated code. */
  readonly out: string;
}

export interface SourceAnswers {
  /** One for each of `paths`. */
  readonly places: readonly Place[];
  readonly docs: ReadonlyMap<string, string>;
  readonly duplicates: readonly PlacedFault[];
  /** Handlers' files without a default export. */
  readonly withoutDefault: ReadonlySet<string>;
  /** What each handler's file names; files of which nothing can be said are missing. */
  readonly names: ReadonlyMap<string, HandlerNames>;
}

export interface SourceReader {
  /** Once for each reader. */
  ask(questions: SourceQuestions): Promise<SourceAnswers>;
  /** Stops the thread, whatever it does. */
  close(): void;
}

const THIS_FILE = fileURLToPath(import.meta.url);

/** Begins to load what reads sources, and returns at once. */
export function startSourceReader(): SourceReader {
  return extname(THIS_FILE) === '.ts' ? readOnThisThread() : readOnOwnThread();
}

/** Answers the questions: a pure function of the texts. */
export function answer(typescript: TypeScript, questions: SourceQuestions): SourceAnswers {
  const { modules, schemaFile, paths, topology, handlers, out } = questions;
  const index = indexSources(typescript, modules, schemaFile);
  const handlerModules = new Map([...handlers].map(([file, text]) => [file, { text, imports: new Map() }]));
  const syntax = new Syntax(typescript, handlerModules);
  return {
    places: paths.map((path) => index.locate(path)),
    docs: index.docs(topology),
    duplicates: index.duplicates(),
    withoutDefault: new Set([...handlers.keys()].filter((file) => !syntax.exportsDefault(file))),
    names: new Map(
      [...handlers].flatMap(([file, text]) => {
        const names = namesIn(typescript, file, text, out);
        return names === undefined ? [] : [[file, names]];
      }),
    ),
  };
}

function readOnThisThread(): SourceReader {
  return {
    ask: async (questions) => answer(loadTypeScript(), questions),
    close() {},
  };
}

function readOnOwnThread(): SourceReader {
  const thread = new Worker(new URL('./source-thread.js', import.meta.url));
  // A fault of the schema may end the command before anything is asked.
  thread.unref();
  const failed = new Promise<never>((_, reject) => thread.once('error', reject));
  failed.catch(() => {});
  return {
    async ask(questions) {
      thread.ref();
      const answered = new Promise<SourceAnswers>((resolve) => thread.once('message', resolve));
      thread.postMessage(questions);
      return Promise.race([answered, failed]);
    },
    close() {
      void thread.terminate();
    },
  };
}
