import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Failure } from './told.tsx';

/** What a person is about to do. */
export interface Deed {
  /** As a heading and on the button, for example “Promote version 3”. */
  readonly title: string;
  /** What will become of it. */
  readonly effect: string;
  /** Does it. @returns what came of it, in a sentence */
  readonly act: (reason: string) => Promise<string>;
  readonly isHarsh?: boolean;
}

/** Asks why before something is done: the reason stays in the history. Closes when it is done. */
export function ReasonDialog({
  deed,
  onClose,
  onDone,
  children,
}: {
  readonly deed: Deed | undefined;
  readonly onClose: () => void;
  readonly onDone: (outcome: string) => void;
  /** What else is asked. */
  readonly children?: ReactNode;
}) {
  return (
    <Modal
      opened={deed !== undefined}
      onClose={onClose}
      title={deed?.title}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
      // It would put a style into the page, which the page's policy refuses.
      lockScroll={false}
    >
      {deed === undefined ? null : (
        <Form key={deed.title} deed={deed} onClose={onClose} onDone={onDone}>
          {children}
        </Form>
      )}
    </Modal>
  );
}

function Form({
  deed,
  onClose,
  onDone,
  children,
}: {
  readonly deed: Deed;
  readonly onClose: () => void;
  readonly onDone: (outcome: string) => void;
  readonly children: ReactNode;
}) {
  const [reason, setReason] = useState('');
  const acting = useMutation({
    mutationFn: deed.act,
    onSuccess: (outcome) => {
      onClose();
      onDone(outcome);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        acting.mutate(reason.trim());
      }}
    >
      <Text size="sm" mb="sm">
        {deed.effect}
      </Text>
      {children}
      <Textarea
        label="Why"
        description="Stays in the history, for who comes after you."
        required
        maxLength={1_000}
        autosize
        minRows={2}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        mb="sm"
      />
      {acting.error === null ? null : <Failure error={acting.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
        <Button
          type="submit"
          loading={acting.isPending}
          disabled={reason.trim() === ''}
          {...(deed.isHarsh ? { color: 'red' } : {})}
        >
          {deed.title}
        </Button>
      </Group>
    </form>
  );
}
