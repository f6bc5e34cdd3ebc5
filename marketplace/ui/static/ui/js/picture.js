// Sending a picture to search by: it goes as soon as it is chosen, dropped or pasted. Without this file a button sends it.
const form = document.querySelector("[data-send-picture]");
const chooser = form.querySelector("#picture");

function send(files) {
  const picture = [...files].find((file) => file.type.startsWith("image/"));
  if (!picture) return;
  const carrier = new DataTransfer();
  carrier.items.add(picture);
  chooser.files = carrier.files;
  form.requestSubmit();
}
const over = (is) => form.classList.toggle("send-picture--over", is);

form.addEventListener("change", (event) => { if (event.target.files?.length) form.requestSubmit(); });
form.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
form.addEventListener("dragleave", () => over(false));
form.addEventListener("drop", (event) => { event.preventDefault(); over(false); send(event.dataTransfer.files); });
document.addEventListener("paste", (event) => send(event.clipboardData.files));
form.querySelector("[data-send-more]").hidden = false;
