// "Where I am": asks the device once pressed, and sends a place as coarse as a kilometre. Without it towns can be chosen.
function offer(scope) {
  if (!("geolocation" in navigator)) return;
  for (const button of scope.querySelectorAll("[data-locate]")) button.hidden = false;
}
function locate(button) {
  const select = document.getElementById(button.dataset.locate);
  const refused = () => { button.textContent = button.dataset.refused; button.disabled = true; };
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
    select.append(new Option(value, value, true, true));
    select.form.requestSubmit();
  }, refused, { maximumAge: 600000, timeout: 10000 });
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-locate]");
  if (button) locate(button);
});
document.addEventListener("htmx:afterSwap", (event) => offer(event.target));
offer(document);
