from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_month_of_a_failing_row")]

    operations = [
        migrations.AddField(
            model_name="failingrow",
            name="before",
            field=models.JSONField(default=list),
        ),
    ]
