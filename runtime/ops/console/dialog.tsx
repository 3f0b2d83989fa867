import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A modal with one form. Escape and *Cancel* close it without doing anything. */
export function Dialog(props: {
  title: string;
  act: string;
  busy: boolean;
  children: ComponentChildren;
  onSubmit(form: FormData): void;
  onClose(): void;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog ref={element} onClose={props.onClose} aria-label={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onSubmit(new FormData(event.currentTarget));
        }}
      >
        <h2>{props.title}</h2>
        {props.children}
        <p class="acts">
          <button type="button" class="plain" onClick={props.onClose}>
            Cancel
          </button>
          <button type="submit" disabled={props.busy}>
            {props.act}
          </button>
        </p>
      </form>
    </dialog>
  );
}
