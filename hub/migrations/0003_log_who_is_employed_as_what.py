"""Changed rows of the organisation are logged too: an assignment given with `update()` gives access all the same."""

from django.db import migrations

from hub.migration_operations import LogRows


class Migration(migrations.Migration):
    dependencies = [("hub", "0002_kommuner_walls_and_log")]

    operations = [LogRows("Municipality", "District", "Agency", "Agency_Serves", "Unit", "User", "Assignment")]
