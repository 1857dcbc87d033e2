import { Button, type MantineColorScheme, useMantineColorScheme } from '@mantine/core';

const NEXT: Readonly<Record<MantineColorScheme, MantineColorScheme>> = {
  auto: 'light',
  light: 'dark',
  dark: 'auto',
};
const SIGN: Readonly<Record<MantineColorScheme, string>> = { auto: '◐', light: '☀', dark: '☾' };
const WORDS: Readonly<Record<MantineColorScheme, string>> = {
  auto: 'as the system has them',
  light: 'light',
  dark: 'dark',
};

/** Colours as the system has them, light, or dark. */
export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const says = `Colours: ${WORDS[colorScheme]}. Press for ${WORDS[NEXT[colorScheme]]}.`;
  return (
    <Button
      variant="subtle"
      size="compact-md"
      aria-label={says}
      title={says}
      onClick={() => setColorScheme(NEXT[colorScheme])}
    >
      {SIGN[colorScheme]}
    </Button>
  );
}
