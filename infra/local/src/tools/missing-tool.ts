import { DriftloopError } from '@driftloop/errors';

type Tool = 'Java 17' | 'Maven';

const INSTALL: Readonly<Record<Tool, readonly string[]>> = {
  'Java 17': [
    'Debian, Ubuntu:  sudo apt install openjdk-17-jre-headless',
    'macOS:           brew install openjdk@17   (then follow the line it prints about PATH)',
    'Windows:         winget install EclipseAdoptium.Temurin.17.JRE',
  ],
  Maven: [
    'Debian, Ubuntu:  sudo apt install maven',
    'macOS:           brew install maven',
    'Windows:         winget install Apache.Maven   (or unpack it and put its bin folder on PATH)',
  ],
};

/**
 * The error for a program that is not there or too old: what is needed, what was found, and how to
 * get it.
 */
export function missingTool(tool: Tool, neededFor: string, found: string, cause?: unknown): DriftloopError {
  const lines = [
    `${tool} is needed to ${neededFor}, but ${found}. Install it:`,
    ...INSTALL[tool].map((line) => `  ${line}`),
    'or use containers instead: docker compose up   (see docs/compose.md),',
    'or name running ones in KAFKA_BROKERS, SCHEMA_REGISTRY_URL and CLICKHOUSE_URL.',
  ];
  return new DriftloopError('LOCAL_TOOL_MISSING', lines.join('\n'), { cause });
}
