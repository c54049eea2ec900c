import type { Readable } from 'node:stream';
import type { Corpus } from '../../compose.ts';
import type { Config } from '../../config/config.ts';
import type { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { CorpusSession } from '../../ownership/guest-session.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Tracer } from '../../telemetry/tracer.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import type { CallTool } from '../call-tool.ts';
import type { Output } from '../output.ts';

/** Everything that a command may use: what it was started with, and the corpus of its settings. */
export interface CommandInputs {
  config: Config;
  /** Of this machine: how a browser is opened there. */
  platform: NodeJS.Platform;
  version: string;
  /** As the user typed it: "bio-mcp load". */
  commandName: string;
  stdin: Readable;
  stdout: Output;
  stderr: Output;
  signal: AbortSignal;
  /** Ends the command as failed: what it cannot work without is gone. `atOnce`: it may write nothing more. */
  onLost: (error: BioMcpError, how?: { atOnce: boolean }) => void;
  catalogue: Catalogue;
  /** Writes to stderr: a command's answer owns stdout. */
  logger: Logger;
  /** What a worker beside a command logs, which a person at a terminal did not ask for. */
  workerLogger: Logger;
  /** Absent: nobody collects traces. */
  tracer: Tracer | undefined;
  /** The corpus, opened at the first use; closed after the command. */
  session: CorpusSession<Corpus>;
  /** Calls a tool by the session and shows its answer. */
  callTool: CallTool;
  /** The same by a session that takes a corpus with other vectors, or none. */
  openToReindex(): { session: CorpusSession<Corpus>; callTool: CallTool } & AsyncDisposable;
}
