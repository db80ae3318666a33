element.querySelector(".fn-restart").addEventListener("click", () => {
  // An answer under way would come into the new conversation.
  if (document.querySelector(".fn-busy")) return;
  document.dispatchEvent(new CustomEvent("footnote:restart"));
  trigger("restart");
  document.querySelector("#fn-ask textarea")?.focus();
});
