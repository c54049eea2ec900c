import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { detach, json } from './command-options.ts';

export function addLoad(program: Command, { callTool }: CommandInputs): void {
  program
    .command('load')
    .description('load PubMed files (.xml, .xml.gz), folders of them, or what is new in a folder on the web')
    .argument(
      '<source...>',
      "files, folders, https URLs, s3://bucket/prefix/; baseline and updatefiles are NLM's two folders",
    )
    .addOption(json())
    .addOption(detach())
    .action((files: string[], options: { json?: boolean; detach?: boolean }) =>
      callTool('pubmed.load', { source: files }, { ...options, view: 'load' }),
    );
}
