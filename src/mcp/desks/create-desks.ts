import type { Logger } from '../../telemetry/logger.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import type { ToolInvoker } from '../../tools/tool-invoker.ts';
import type { Changes } from '../changes.ts';
import type { McpDesks } from '../mcp-server.ts';
import type { ToolNames } from '../tool-names.ts';
import { createTaskDesk } from './job-task.ts';
import { createPromptDesk } from './prompt-desk.ts';
import { createResourceDesk } from './resource-desk.ts';
import { createToolDesk, type ToolDeskNeeds } from './tool-desk.ts';

export interface DeskNeeds {
  catalogue: Catalogue<never>;
  names: ToolNames;
  /** Where the tools run: in this process, or in the one that has the data folder. */
  invoker: ToolInvoker;
  changes: Changes;
  follows: ToolDeskNeeds['follows'];
  logger: Logger;
  logsCalls: boolean;
}

/** Everything that an MCP server of the catalogue answers with. */
export function createMcpDesks(needs: DeskNeeds): McpDesks {
  const { catalogue, names, invoker, logger } = needs;
  return {
    tools: createToolDesk(needs),
    tasks: createTaskDesk({ catalogue, invoker, names }),
    resources: createResourceDesk({ invoker, names, logger }),
    prompts: createPromptDesk({ invoker, names }),
  };
}
