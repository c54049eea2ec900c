import { z } from 'zod';
import { defineTool } from './define-tool.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

export const ping = defineTool({
  name: 'ping',
  kind: 'short',
  scope: 'read',
  title: 'Check that the service answers',
  description:
    'Answers with your message, the version and how long the service has been up. Touches no corpus.',
  annotations: READS_CORPUS,
  input: z.object({
    message: z.string().max(1000).default('pong').describe('Comes back unchanged.'),
  }),
  output: z.object({
    message: z.string(),
    version: z.string().describe('The version of bio-mcp that answered.'),
    uptime_s: z.number().describe('Seconds since the process started.'),
  }),
  async run({ message }, { services }: ToolContext<Pick<CorpusServices, 'process'>>) {
    return {
      message,
      version: services.process.version,
      uptime_s: Math.round(services.process.uptimeSeconds() * 10) / 10,
    };
  },
});
