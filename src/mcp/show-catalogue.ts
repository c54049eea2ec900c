import type { Implementation } from '@modelcontextprotocol/server';
import type { Logger } from '../telemetry/logger.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { type Changes, createChanges } from './changes.ts';
import { createMcpDesks } from './desks/create-desks.ts';
import type { ToolDeskNeeds } from './desks/tool-desk.ts';
import { toIdentity, toInstructions } from './instructions.ts';
import type { McpDesks } from './mcp-server.ts';
import { createToolNames, type ToolNames, type ToolNaming } from './tool-names.ts';

export interface ShowCatalogueNeeds {
  catalogue: Catalogue<never>;
  /** Where the tools run: in this process, or in the one that has the data folder. */
  invoker: ToolInvoker;
  naming: ToolNaming;
  follows: ToolDeskNeeds['follows'];
  logsCalls: boolean;
  version: string;
  logger: Logger;
}

/** The catalogue as MCP shows it, the same over each wire; one for all connections. */
export interface ShownCatalogue extends McpDesks {
  names: ToolNames;
  changes: Changes;
  identity: Implementation;
  instructions: string;
  onError: (error: unknown) => void;
}

export function showCatalogue(needs: ShowCatalogueNeeds): ShownCatalogue {
  const { catalogue, naming, version, logger } = needs;
  const names = createToolNames(
    catalogue.list().map(({ name }) => name),
    naming,
  );
  const changes = createChanges();
  return {
    ...createMcpDesks({ ...needs, names, changes }),
    names,
    changes,
    identity: toIdentity(version),
    instructions: names.rename(toInstructions(catalogue)),
    onError: (error) => logger.debug({ err: error }, 'a message could not be served'),
  };
}
