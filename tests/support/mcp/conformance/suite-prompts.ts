import {
  acceptedContent,
  type GetPromptResult,
  type InputRequiredResult,
  type Prompt,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { image, text } from './samples.ts';

type Given = Readonly<Record<string, string>>;
type Write = (given: Given, context: ServerContext) => GetPromptResult | InputRequiredResult;

const user = (...contents: GetPromptResult['messages'][number]['content'][]): GetPromptResult => ({
  messages: contents.map((content) => ({ role: 'user', content })),
});

const WRITERS: Readonly<Record<string, Write>> = {
  test_simple_prompt: () => user(text('This is a simple prompt for testing.')),
  test_prompt_with_arguments: ({ arg1, arg2 }) =>
    user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  test_prompt_with_embedded_resource: ({ resourceUri = '' }) =>
    user(
      {
        type: 'resource',
        resource: {
          uri: resourceUri,
          mimeType: 'text/plain',
          text: 'Embedded resource content for testing.',
        },
      },
      text('Please process the embedded resource above.'),
    ),
  test_prompt_with_image: () => user(image, text('Please analyze the image above.')),
  test_input_required_result_prompt: (_given, { mcpReq }) => {
    const { context } = acceptedContent(mcpReq.inputResponses, 'user_context') ?? {};
    if (typeof context === 'string') return user(text(`Use this context: ${context}`));
    return {
      resultType: 'input_required',
      inputRequests: {
        user_context: {
          method: 'elicitation/create',
          params: {
            message: 'What context should the prompt use?',
            requestedSchema: {
              type: 'object',
              properties: { context: { type: 'string' } },
              required: ['context'],
            },
          },
        },
      },
    };
  },
};

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  test_prompt_with_arguments: ['arg1', 'arg2'],
  test_prompt_with_embedded_resource: ['resourceUri'],
};

export const SUITE_PROMPTS: readonly Prompt[] = Object.keys(WRITERS).map((name) => ({
  name,
  description: 'For the conformance suite.',
  arguments: (ARGUMENTS[name] ?? []).map((argument) => ({ name: argument, required: true })),
}));

export function findSuitePrompt(name: string): Write | null {
  return WRITERS[name] ?? null;
}
