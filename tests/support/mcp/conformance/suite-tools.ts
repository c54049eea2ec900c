import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type CreateMessageRequest,
  type InputRequests,
  type InputRequiredResult,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { image, PNG, text, WAV } from './samples.ts';

type Answer = CallToolResult | InputRequiredResult;
type Run = (context: ServerContext, params: Record<string, unknown>) => Promise<Answer>;
/** What the conformance suite asks of a server's tools, each under the name by which it calls it. */
export interface SuiteTool {
  tool: Tool;
  run: Run;
}

const say = (words: string): CallToolResult => ({ content: [text(words)] });

const WORDS = { type: 'string' } as const;
const YES_OR_NO = { type: 'boolean' } as const;

const ask = (
  message: string,
  name: string,
  field: typeof WORDS | typeof YES_OR_NO = WORDS,
): InputRequests[string] => ({
  method: 'elicitation/create',
  params: {
    message,
    requestedSchema: { type: 'object', properties: { [name]: field }, required: [name] },
  },
});

const sample = (words: string, maxTokens: number): CreateMessageRequest => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: text(words) }], maxTokens },
});

const requireInput = (inputRequests: InputRequests, requestState?: string): InputRequiredResult => ({
  resultType: 'input_required',
  inputRequests,
  ...(requestState === undefined ? {} : { requestState }),
});

const KEY = 'only for the conformance suite';
const seal = (state: string) => `${state}.${createHmac('sha256', KEY).update(state).digest('hex')}`;

/** Throws for a state that this server did not make. */
function unseal({ mcpReq }: ServerContext): string | null {
  const given = mcpReq.requestState<string>();
  if (given === undefined) return null;
  const state = given.slice(0, given.lastIndexOf('.'));
  if (seal(state) === given) return state;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid or expired requestState');
}

const has = ({ mcpReq }: ServerContext, key: string) => mcpReq.inputResponses?.[key] !== undefined;
const accepted = ({ mcpReq }: ServerContext, key: string) => acceptedContent(mcpReq.inputResponses, key);

function declares(context: ServerContext, name: 'sampling' | 'elicitation'): boolean {
  const envelope = context.mcpReq.envelope as Record<string, unknown> | undefined; // keys are the protocol's
  const capabilities = envelope?.[CLIENT_CAPABILITIES_META_KEY];
  return typeof capabilities === 'object' && capabilities !== null && name in capabilities;
}

async function elicit(context: ServerContext, message: string, schema: Record<string, unknown>) {
  const requestedSchema = { type: 'object', ...schema } as never; // the suite's own schemas, sent as they are
  return context.mcpReq.elicitInput({ mode: 'form', message, requestedSchema });
}

const ENUMS = {
  properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: {
      type: 'string',
      oneOf: [
        { const: 'value1', title: 'First Option' },
        { const: 'value2', title: 'Second Option' },
      ],
    },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2'], enumNames: ['Option One', 'Option Two'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: {
      type: 'array',
      items: {
        anyOf: [
          { const: 'value1', title: 'First Choice' },
          { const: 'value2', title: 'Second Choice' },
        ],
      },
    },
  },
};
const DEFAULTS = {
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
};
const PAUSE_MS = 50;

const RUNS: Readonly<Record<string, Run>> = {
  test_simple_text: async () => say('This is a simple text response for testing.'),
  test_image_content: async () => ({ content: [image] }),
  test_audio_content: async () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }),
  test_embedded_resource: async () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  }),
  test_multiple_content_types: async () => ({
    content: [
      text('Multiple content types test:'),
      { type: 'image', data: PNG, mimeType: 'image/png' },
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: '{"test":"data","value":123}',
        },
      },
    ],
  }),
  test_error_handling: async () => ({
    ...say('This tool intentionally returns an error for testing'),
    isError: true,
  }),
  test_tool_with_logging: async ({ mcpReq }) => {
    for (const words of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', words);
      await delay(PAUSE_MS);
    }
    return say('Logged three times.');
  },
  test_tool_with_progress: async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        const params = { progressToken, progress, total: 100 };
        await mcpReq.notify({ method: 'notifications/progress', params });
      }
      await delay(PAUSE_MS);
    }
    return say('Reported three times.');
  },
  test_logging_tool: async ({ mcpReq }) => {
    await mcpReq.log('info', 'Only for those who asked for a level.');
    return say('Done.');
  },
  test_streaming_elicitation: async (context) => {
    if (has(context, 'user_name')) return say('Done.');
    return requireInput({ user_name: ask('What is your name?', 'name') });
  },
  test_missing_capability: async (context) => {
    if (declares(context, 'sampling')) return say('The client can sample.');
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
  },
  test_sampling: async ({ mcpReq }, { prompt }) => {
    const { content } = await mcpReq.requestSampling(sample(String(prompt), 100).params);
    const [first] = [content].flat();
    return say(`LLM response: ${first?.type === 'text' ? first.text : ''}`);
  },
  test_elicitation: async (context, { message }) => {
    const { action, content } = await elicit(context, String(message), {
      properties: {
        username: { type: 'string', description: "User's response" },
        email: { type: 'string', description: "User's email address" },
      },
      required: ['username', 'email'],
    });
    return say(`User response: <action: ${action}, content: ${JSON.stringify(content)}>`);
  },
  test_elicitation_sep1034_defaults: async (context) => {
    const { action, content } = await elicit(context, 'Please review', DEFAULTS);
    return say(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
  },
  test_elicitation_sep1330_enums: async (context) => {
    const { action, content } = await elicit(context, 'Please choose', ENUMS);
    return say(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
  },
  test_input_required_result_elicitation: async (context) => {
    const { name } = accepted(context, 'user_name') ?? {};
    if (typeof name === 'string') return say(`Hello, ${name}!`);
    return requireInput({ user_name: ask('What is your name?', 'name') });
  },
  test_input_required_result_sampling: async (context) => {
    const answer = context.mcpReq.inputResponses?.capital_question;
    if (answer !== undefined) return say(`The client says: ${JSON.stringify(answer)}`);
    return requireInput({ capital_question: sample('What is the capital of France?', 100) });
  },
  test_input_required_result_list_roots: async (context) => {
    const roots = context.mcpReq.inputResponses?.client_roots;
    if (roots !== undefined) return say(`The client has: ${JSON.stringify(roots)}`);
    return requireInput({ client_roots: { method: 'roots/list' } });
  },
  test_input_required_result_request_state: async (context) => {
    if (unseal(context) === 'asked' && has(context, 'confirm')) return say('state-ok');
    return requireInput({ confirm: ask('Please confirm', 'ok', YES_OR_NO) }, seal('asked'));
  },
  test_input_required_result_tampered_state: async (context) => {
    if (unseal(context) === 'asked' && has(context, 'confirm')) return say('state-ok');
    return requireInput({ confirm: ask('Please confirm', 'ok', YES_OR_NO) }, seal('asked'));
  },
  test_input_required_result_multiple_inputs: async (context) => {
    const keys = ['user_name', 'greeting', 'client_roots'];
    if (unseal(context) === 'asked' && keys.every((key) => has(context, key)))
      return say('All three are here.');
    const requests = {
      user_name: ask('What is your name?', 'name'),
      greeting: sample('Generate a greeting', 50),
      client_roots: { method: 'roots/list' } as const,
    };
    return requireInput(requests, seal('asked'));
  },
  test_input_required_result_multi_round: async (context) => {
    const state = unseal(context);
    if (state === 'step 2' && has(context, 'step2')) return say('Both steps are done.');
    if (state === 'step 1' && has(context, 'step1')) {
      return requireInput({ step2: ask('Step 2: What is your favorite color?', 'color') }, seal('step 2'));
    }
    return requireInput({ step1: ask('Step 1: What is your name?', 'name') }, seal('step 1'));
  },
  test_input_required_result_capabilities: async (context) => {
    if (has(context, 'question') || has(context, 'name')) return say('Done.');
    const requests: InputRequests = {};
    if (declares(context, 'sampling')) requests.question = sample('What is the capital of France?', 100);
    if (declares(context, 'elicitation')) requests.name = ask('What is your name?', 'name');
    return Object.keys(requests).length === 0 ? say('The client can do neither.') : requireInput(requests);
  },
};

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  test_sampling: ['prompt'],
  test_elicitation: ['message'],
};

export const SUITE_TOOLS: ReadonlyMap<string, SuiteTool> = new Map(
  Object.entries(RUNS).map(([name, run]) => [name, { tool: toTool(name), run }]),
);

function toTool(name: string): Tool {
  const fields = (ARGUMENTS[name] ?? []).map((field) => [field, z.string()]);
  const { $schema: _, ...schema } = z.toJSONSchema(z.object(Object.fromEntries(fields)));
  return { name, description: 'For the conformance suite.', inputSchema: schema as Tool['inputSchema'] };
}
