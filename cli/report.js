"use strict";
// Sorts a table by the column whose heading is pressed, filters its rows, opens a cause that is linked to.
var filterWord = document.documentElement.dataset.filter;
function value(row, at) {
	var cell = row.cells[at];
	return cell.dataset.v === undefined ? cell.textContent.toLowerCase() : Number(cell.dataset.v);
}
function sortBy(table, at, th) {
	var down = th.getAttribute("aria-sort") === "descending", body = table.tBodies[0];
	Array.prototype.forEach.call(table.tHead.rows[0].cells, function (h) { h.removeAttribute("aria-sort"); });
	th.setAttribute("aria-sort", down ? "ascending" : "descending");
	Array.prototype.slice.call(body.rows).sort(function (a, b) {
		var x = value(a, at), y = value(b, at), order = x < y ? -1 : x > y ? 1 : 0;
		return down ? order : -order;
	}).forEach(function (row) { body.appendChild(row); });
}
Array.prototype.forEach.call(document.querySelectorAll("table.sort"), function (table) {
	Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, at) {
		var button = document.createElement("button");
		button.type = "button";
		button.textContent = th.textContent;
		button.addEventListener("click", function () { sortBy(table, at, th); });
		th.textContent = "";
		th.appendChild(button);
	});
	if (table.tBodies[0].rows.length < 8)
		return;
	var label = document.createElement("label"), input = document.createElement("input");
	label.className = "filter";
	label.textContent = filterWord;
	input.type = "search";
	input.addEventListener("input", function () {
		var word = input.value.toLowerCase();
		Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
			row.hidden = row.textContent.toLowerCase().indexOf(word) < 0;
		});
	});
	label.appendChild(input);
	table.parentNode.parentNode.insertBefore(label, table.parentNode);
});
function openLinked() {
	var found = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
	if (found && found.tagName === "DETAILS")
		found.open = true;
}
addEventListener("hashchange", openLinked);
addEventListener("beforeprint", function () {
	Array.prototype.forEach.call(document.querySelectorAll("details:not(.numbers)"), function (d) { d.open = true; });
});
openLinked();
